import CCurl

/// Has the allocator keep two arenas and not eight for each core: what one thread has given back
/// then serves the next, which kept a daemon of 2,000 sources some MiB smaller. Its threads wait
/// far more than they allocate.
///
/// To be called before any thread is started.
package func keepFewArenas() {
  // Only tuning: a C library that knows no arenas answers 0, and nothing is lost.
  _ = mallopt(M_ARENA_MAX, 2)
}
