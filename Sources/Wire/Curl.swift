import Bytes
import CCurl

/// libcurl as a whole, made ready once for the process.
enum Curl {
  /// Touching it loads libcurl; `false` means that nothing can be sent at all.
  static let isReady: Bool = {
    // CURL_GLOBAL_SSL | CURL_GLOBAL_WIN32, which Swift does not import.
    curl_global_init(3) == CURLE_OK
  }()

  static func reason(_ code: CURLcode) -> String {
    String(cString: curl_easy_strerror(code))
  }
}

/// One easy handle. It belongs to one thread at a time, the one that made its owner.
final class EasyHandle {
  let pointer: UnsafeMutableRawPointer
  /// The first option that libcurl did not take; nil if it took all.
  private(set) var refusal: CURLcode?
  /// Where libcurl says in words what went wrong.
  private let complaint: UnsafeMutablePointer<CChar>

  init?() {
    guard Curl.isReady, let pointer = curl_easy_init() else { return nil }
    self.pointer = pointer
    complaint = .allocate(capacity: Int(CURL_ERROR_SIZE))
    listenForComplaints()
  }

  deinit {
    curl_easy_cleanup(pointer)
    complaint.deallocate()
  }

  /// Forgets all options; connections and look-ups are kept.
  func reset() {
    curl_easy_reset(pointer)
    refusal = nil
    listenForComplaints()
  }

  private func listenForComplaints() {
    complaint.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    note(incident_easy_setopt_pointer(pointer, CURLOPT_ERRORBUFFER, complaint))
  }

  /// What went wrong, in libcurl's words for this case, else in those for the code. It may quote
  /// the other end, so nothing in it can act on a terminal.
  func reason(_ code: CURLcode) -> String {
    let text = String(cString: complaint)
    return text.isEmpty ? Curl.reason(code) : terminalSafe(text)
  }

  private func note(_ code: CURLcode) {
    if code != CURLE_OK, refusal == nil { refusal = code }
  }

  func set(_ option: CURLoption, _ value: Int) {
    note(incident_easy_setopt_long(pointer, option, value))
  }

  func set(_ option: CURLoption, _ flag: Bool) { set(option, flag ? 1 : 0) }

  func set(offset option: CURLoption, _ value: Int) {
    note(incident_easy_setopt_offset(pointer, option, curl_off_t(value)))
  }

  /// libcurl keeps a copy.
  func set(_ option: CURLoption, _ text: String) {
    note(incident_easy_setopt_string(pointer, option, text))
  }

  /// libcurl keeps a copy up to the first NUL.
  func set(_ option: CURLoption, _ secret: Secret) {
    note(
      (secret.bytes + [0]).withUnsafeBytes { raw in
        incident_easy_setopt_string(
          pointer, option, raw.assumingMemoryBound(to: CChar.self).baseAddress)
      })
  }

  func set(_ option: CURLoption, _ object: AnyObject) {
    note(
      incident_easy_setopt_pointer(
        pointer, option, Unmanaged.passUnretained(object).toOpaque()))
  }

  func set(_ option: CURLoption, bytesOf copy: UnsafeRawBufferPointer) {
    note(
      incident_easy_setopt_pointer(
        pointer, option, UnsafeMutableRawPointer(mutating: copy.baseAddress)))
  }

  func set(_ option: CURLoption, _ list: StringList) {
    note(incident_easy_setopt_list(pointer, option, list.head))
  }

  func set(data option: CURLoption, _ callback: @escaping incident_data_callback) {
    note(incident_easy_setopt_data(pointer, option, callback))
  }

  func setSocket(_ callback: @escaping incident_socket_callback) {
    note(incident_easy_setopt_socket(pointer, callback))
  }

  func setPrerequest(_ callback: @escaping curl_prereq_callback) {
    note(incident_easy_setopt_prerequest(pointer, callback))
  }

  func setProgress(_ callback: @escaping curl_xferinfo_callback) {
    note(incident_easy_setopt_progress(pointer, callback))
  }

  func integer(_ info: CURLINFO) -> Int {
    var value = 0
    return incident_easy_getinfo_long(pointer, info, &value) == CURLE_OK ? value : 0
  }

  func offset(_ info: CURLINFO) -> Int {
    var value: curl_off_t = 0
    return incident_easy_getinfo_offset(pointer, info, &value) == CURLE_OK ? Int(value) : 0
  }

  func text(_ info: CURLINFO) -> String? {
    var value: UnsafeMutablePointer<CChar>?
    guard incident_easy_getinfo_string(pointer, info, &value) == CURLE_OK, let value else {
      return nil
    }
    return String(cString: value)
  }
}

/// A list of texts in libcurl's form, freed with its last reference.
final class StringList {
  private(set) var head: UnsafeMutablePointer<curl_slist>?

  /// `bytes` hold no NUL.
  func append(_ bytes: [UInt8]) {
    (bytes + [0]).withUnsafeBytes { raw in
      if let longer = curl_slist_append(
        head, raw.assumingMemoryBound(to: CChar.self).baseAddress)
      {
        head = longer
      }
    }
  }

  deinit { curl_slist_free_all(head) }
}
