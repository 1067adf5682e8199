import Bytes
import Support
import Testing
import Wire

@Suite("A webhook")
struct WebhookTests {
  private static let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
  private static let other = "whsec_ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8="
  private static let now = Instant(seconds: 1_790_000_000)
  private static let body = Array("{\"ack\":\"2026-0007/R3\",\"注\":\"收到\"}".utf8)

  private func key(_ text: String = secret) throws -> WebhookKey { try #require(WebhookKey(text)) }

  private func headers(
    id: String = "D42-1", time: String = "1790000000", signature: String
  ) -> HeaderList {
    ["webhook-id": id, "webhook-timestamp": time, "webhook-signature": signature]
  }

  private func failure(
    _ headers: HeaderList, body: [UInt8] = body, keys: [WebhookKey], now: Instant = now
  ) -> WebhookFailure? {
    do throws(WebhookFailure) {
      _ = try Webhook.verify(headers, body: body, keys: keys, now: now)
      return nil
    } catch {
      return error
    }
  }

  // Each computed apart from this program: openssl dgst -sha256 -mac HMAC -macopt hexkey:…
  @Test(
    "bears the signature of the scheme",
    arguments: [
      (secret, "D42-1", body, "v1,w1N7rzn7xJOprRyBFfArhsDs03oJn401XZVOoBiAy/A="),
      (other, "msg_x", Array("".utf8), "v1,fJ1Lxd2qXC0ot6ALETNQjdS3Gmfae1N3NHakx9EVr0Q="),
      (secret, "a", [0, 255, 46, 46], "v1,CDdqsqmLCtKvBP292GuRnsLKk+euEzogEc4XwMtJhTs="),
    ])
  func vectors(secret: String, id: String, body: [UInt8], signature: String) throws {
    let headers = try Webhook.headers(
      id: id, at: Self.now, body: body, keys: [try key(secret)])
    #expect(headers["webhook-signature"] == signature)
    #expect(headers["webhook-id"] == id)
    #expect(headers["webhook-timestamp"] == "1790000000")
  }

  @Test("is taken with its time and its id, also at the edges of five minutes")
  func accepted() throws {
    let headers = try Webhook.headers(
      id: "D42-1", at: Self.now, body: Self.body, keys: [try key()])
    for shift in [-300, 0, 300] {
      let verified = try Webhook.verify(
        headers, body: Self.body, keys: [try key()], now: Self.now + .seconds(shift))
      #expect(verified.id == "D42-1")
      #expect(verified.sent == Self.now)
    }
    for shift in [-301, 301] {
      let now = Self.now + .seconds(shift)
      #expect(failure(headers, keys: [try key()], now: now) == .notFresh(Self.now))
    }
  }

  @Test("passes while keys change, at either end")
  func rotation() throws {
    let (old, new) = (try key(), try key(Self.other))
    let both = try Webhook.headers(id: "a", at: Self.now, body: Self.body, keys: [old, new])
    #expect(both["webhook-signature"]?.split(separator: " ").count == 2)
    for keys in [[old], [new], [new, old]] { #expect(failure(both, keys: keys) == nil) }
    let single = try Webhook.headers(id: "a", at: Self.now, body: Self.body, keys: [old])
    #expect(failure(single, keys: [new, old]) == nil)
    #expect(failure(single, keys: [new]) == .notGenuine)
    #expect(failure(single, keys: []) == .notGenuine)
  }

  @Test("is refused if any byte of it changed")
  func changed() throws {
    let key = try key()
    let genuine = try Webhook.headers(id: "D42-1", at: Self.now, body: Self.body, keys: [key])
    for index in Self.body.indices {
      var body = Self.body
      body[index] ^= 1
      #expect(failure(genuine, body: body, keys: [key]) == .notGenuine)
    }
    #expect(failure(genuine, body: Self.body + [0], keys: [key]) == .notGenuine)
    let signature = try #require(genuine["webhook-signature"])
    for (id, time) in [("D42-2", "1790000000"), ("D42-1", "1790000001"), ("D42-1", "01790000000")] {
      #expect(
        failure(headers(id: id, time: time, signature: signature), keys: [key]) == .notGenuine)
    }
    for index in signature.utf8.indices.dropFirst(3).dropLast() {
      var changed = Array(signature.utf8)
      let position = signature.utf8.distance(from: signature.utf8.startIndex, to: index)
      changed[position] = changed[position] == 0x41 ? 0x42 : 0x41
      let text = String(decoding: changed, as: UTF8.self)
      #expect(failure(headers(signature: text), keys: [key]) == .notGenuine)
    }
  }

  @Test("needs each header once, in its form")
  func forms() throws {
    let key = try key()
    let genuine = try Webhook.headers(id: "D42-1", at: Self.now, body: Self.body, keys: [key])
    let signature = try #require(genuine["webhook-signature"])
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
      var missing = genuine
      missing.remove(name)
      #expect(failure(missing, keys: [key]) == .headerMissing(name))
      var twice = genuine
      twice.add(name.uppercased(), genuine[name] ?? "")
      #expect(failure(twice, keys: [key]) == .headerMissing(name))
    }
    for time in ["", "-1", "+1790000000", "1790000000.5", "179000000x", "9999999999999", " 1"] {
      let failure = failure(headers(time: time, signature: signature), keys: [key])
      #expect(failure == (time.isEmpty ? .headerMissing("webhook-timestamp") : .badTimestamp))
    }
    for id in ["a.b", "a b", "a\u{7f}", String(repeating: "a", count: 129)] {
      #expect(failure(headers(id: id, signature: signature), keys: [key]) == .badID)
    }
    let bare = String(signature.dropFirst(3))
    for text in [bare, "v1a," + bare, "v2," + bare, "v1=" + bare, "v1, " + bare, signature + "="] {
      #expect(failure(headers(signature: text), keys: [key]) == .notGenuine)
    }
    let many = String(repeating: "v1,AAAA ", count: 8) + signature
    #expect(failure(headers(signature: many), keys: [key]) == .notGenuine)
    #expect(failure(headers(signature: "v1a,x v1,AAAA " + signature), keys: [key]) == nil)
  }

  @Test("is not made without a key, or with an id that runs into what follows")
  func unmade() throws {
    #expect(throws: WebhookFailure.noKey) {
      _ = try Webhook.headers(id: "a", at: Self.now, body: [], keys: [])
    }
    let key = try key()
    for id in ["", "D42.1", "a b", "注", "a\r\nX: y"] {
      #expect(throws: WebhookFailure.badID) {
        _ = try Webhook.headers(id: id, at: Self.now, body: [], keys: [key])
      }
    }
  }

  @Test(
    "takes no key in another form",
    arguments: [
      "", "whsec_", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "whsec_AAEC",
      "whsec_!!ECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
      "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8", "WHSEC_AAECAwQFBgcICQoLDA0ODxAREhMU",
    ])
  func badKeys(text: String) { #expect(WebhookKey(text) == nil) }

  @Test("has keys that come back from their text, and that nothing else shows")
  func keys() throws {
    var generator = SeededGenerator(seed: 7)
    let key = WebhookKey(using: &generator)
    #expect(WebhookKey(key.text + "\n") == key)
    #expect(key != WebhookKey(using: &generator))
    let bare = String(key.text.dropFirst(6))
    var dumped = ""
    dump(key, to: &dumped)
    for text in ["\(key)", String(reflecting: key), dumped] {
      #expect(!text.contains(bare) && !text.contains("[") && text.contains("secret"))
    }
  }
}
