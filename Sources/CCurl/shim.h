// What Swift cannot import by itself: libcurl's variadic calls, and a few Linux calls that Glibc's
// module leaves out. Declarations only where a header would need _GNU_SOURCE, which clashes with
// Dispatch's own headers.
#ifndef INCIDENT_CCURL_SHIM_H
#define INCIDENT_CCURL_SHIM_H

#include <curl/curl.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

// One wrapper for each kind of argument that the variadic calls take.

static inline CURLcode incident_easy_setopt_long(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode incident_easy_setopt_offset(CURL *handle, CURLoption option,
                                                   curl_off_t value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode incident_easy_setopt_string(CURL *handle, CURLoption option,
                                                   const char *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode incident_easy_setopt_pointer(CURL *handle, CURLoption option, void *value) {
  return curl_easy_setopt(handle, option, value);
}

static inline CURLcode incident_easy_setopt_list(CURL *handle, CURLoption option,
                                                 struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

// WRITEFUNCTION, READFUNCTION and HEADERFUNCTION share this shape.
typedef size_t (*incident_data_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode incident_easy_setopt_data(CURL *handle, CURLoption option,
                                                 incident_data_callback callback) {
  return curl_easy_setopt(handle, option, callback);
}

// OPENSOCKETFUNCTION: the address is the one that libcurl will really connect to.
typedef curl_socket_t (*incident_socket_callback)(void *context, curlsocktype purpose,
                                                  struct curl_sockaddr *address);

static inline CURLcode incident_easy_setopt_socket(CURL *handle,
                                                   incident_socket_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, callback);
}

// PREREQFUNCTION is also called for a connection that is used again, OPENSOCKETFUNCTION is not.
static inline CURLcode incident_easy_setopt_prerequest(CURL *handle,
                                                       curl_prereq_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, callback);
}

static inline CURLcode incident_easy_setopt_progress(CURL *handle,
                                                     curl_xferinfo_callback callback) {
  return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, callback);
}

static inline CURLcode incident_easy_getinfo_long(CURL *handle, CURLINFO info, long *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode incident_easy_getinfo_offset(CURL *handle, CURLINFO info,
                                                    curl_off_t *value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode incident_easy_getinfo_string(CURL *handle, CURLINFO info, char **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLcode incident_easy_getinfo_pointer(CURL *handle, CURLINFO info, void **value) {
  return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode incident_multi_setopt_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

// Who stands at the other end of a Unix socket. The kernel fills it at connect time.
struct incident_peer {
  int32_t process;
  uint32_t user;
  uint32_t group;
};

static inline int incident_socket_peer(int descriptor, struct incident_peer *peer) {
  socklen_t length = sizeof *peer;
  return getsockopt(descriptor, SOL_SOCKET, 17 /* SO_PEERCRED */, peer, &length);
}

int pthread_setname_np(pthread_t thread, const char *name);

int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

#endif
