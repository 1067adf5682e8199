// The room Service.
