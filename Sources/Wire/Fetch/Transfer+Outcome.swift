import CCurl

extension Transfer {
  /// What came of this hop. The handle is still in use and is asked for its figures.
  func outcome(of code: CURLcode, at now: ContinuousClock.Instant) -> TransferOutcome {
    guard let handle else { return .done(.failure(.internalFault("a transfer without a handle"))) }
    guard code == CURLE_OK else { return .done(.failure(failure(code, handle, at: now))) }
    guard isHeadWhole else {
      return .done(.failure(.interrupted("the head of the answer is not whole")))
    }
    let status = handle.integer(CURLINFO_RESPONSE_CODE)
    if case .follow(let limit) = request.redirects {
      do throws(FetchFailure) {
        let step = try RedirectStep.next(
          status: status, location: handle.text(CURLINFO_REDIRECT_URL), from: address,
          method: method, after: visited, limit: limit)
        if let step { return .redirect(step, status: status) }
      } catch {
        return .done(.failure(error))
      }
    }
    return .done(.success(response(status, handle, at: now)))
  }

  private func response(
    _ status: Int, _ handle: EasyHandle, at now: ContinuousClock.Instant
  ) -> FetchResponse {
    func time(_ info: CURLINFO) -> Duration { .microseconds(Int64(handle.offset(info))) }
    return FetchResponse(
      status: status, url: address.text, hops: hops, headers: headers, body: body,
      timings: FetchResponse.Timings(
        lookup: time(CURLINFO_NAMELOOKUP_TIME_T), connect: time(CURLINFO_CONNECT_TIME_T),
        tls: time(CURLINFO_APPCONNECT_TIME_T), firstByte: time(CURLINFO_STARTTRANSFER_TIME_T),
        total: started.duration(to: now)),
      bytesOnWire: headerBytes + handle.offset(CURLINFO_SIZE_DOWNLOAD_T),
      reusedConnection: handle.integer(CURLINFO_NUM_CONNECTS) == 0)
  }

  private func failure(
    _ code: CURLcode, _ handle: EasyHandle, at now: ContinuousClock.Instant
  ) -> FetchFailure {
    if let stopped { return stopped }
    let host = address.host
    switch code {
    case CURLE_OPERATION_TIMEDOUT: return .timedOut(phase(handle, at: now))
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: return .resolve(host: host)
    case CURLE_COULDNT_CONNECT, CURLE_ABORTED_BY_CALLBACK:
      // Only now: another address of the same host might have been connected to.
      if let refused { return .addressRefused(refused) }
      return .connect(host: host)
    case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_SHUTDOWN_FAILED:
      return .tls(host: host, isVerification: false, reason: handle.reason(code))
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
      CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
      return .tls(host: host, isVerification: true, reason: handle.reason(code))
    case CURLE_URL_MALFORMAT: return .badAddress(.malformed)
    // The scheme was checked: here it means an answer without a header, as in HTTP/0.9.
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING,
      CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return .protocolBroken(handle.reason(code))
    case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
      CURLE_AGAIN:
      return .interrupted(handle.reason(code))
    default: return .internalFault("libcurl \(code.rawValue): \(handle.reason(code))")
    }
  }

  /// How far a transfer came that libcurl's own limits ended.
  private func phase(_ handle: EasyHandle, at now: ContinuousClock.Instant) -> FetchFailure.Phase {
    if started.duration(to: now) >= request.limits.total { return .total }
    if handle.offset(CURLINFO_NAMELOOKUP_TIME_T) == 0 { return .lookup }
    let isConnected =
      handle.offset(CURLINFO_PRETRANSFER_TIME_T) > 0
    return isConnected ? .total : .connect
  }
}
