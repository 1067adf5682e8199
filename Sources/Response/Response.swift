// The room Response.
