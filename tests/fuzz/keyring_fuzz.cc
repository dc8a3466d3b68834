// The text of master keys: what is taken wraps and unwraps, by any of its keys; a refusal shows
// nothing of a key; and a wrapped key that somebody made up opens nothing.
#include <set>
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/core/encoding.h"
#include "fairline/crypto/keyring.h"

namespace {

using namespace fairline;

const std::string kSecret(SecretKey::kBytes, 's');

void CheckUse(Keyring& keyring, std::string_view text) {
  const auto ids = keyring.ids();
  FAIRLINE_CHECK(std::set(ids.begin(), ids.end()).size() == ids.size(), "ids differ");
  const SecretKey key(kSecret);
  const std::string wrapped = keyring.Wrap(key, "context");
  FAIRLINE_CHECK(wrapped.starts_with(ids[0] + "\n"), "the first key wraps");
  FAIRLINE_CHECK(!keyring.NeedsRewrap(wrapped), "and is the active one");
  const auto unwrapped = keyring.Unwrap(wrapped, "context");
  FAIRLINE_CHECK(unwrapped && unwrapped->bytes() == key.bytes(), "what it wraps it unwraps");
  FAIRLINE_CHECK(!keyring.Unwrap(wrapped, "another"), "in its own context only");
  FAIRLINE_CHECK(!keyring.Unwrap(text, "context"), "made-up keys open nothing");
  FAIRLINE_CHECK(!keyring.Unwrap(ids[0] + "\n" + std::string(text), "context"), "nor by their id");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (auto keyring = Keyring::FromText(text, "keys")) {
    CheckUse(*keyring, text);
  } else {
    FAIRLINE_CHECK(keyring.error().message.starts_with("keys:"), "a refusal says where");
  }
  // A line that went wrong may hold a key that is right: in base64 or, by mistake, in hexadecimal.
  for (const std::string& secret : {ToBase64(kSecret), ToHex(kSecret)}) {
    if (text.contains(secret)) continue;
    for (const std::string& around : {text + " " + secret, secret + " " + text, secret + text}) {
      const auto keyring = Keyring::FromText(around, "keys");
      if (keyring) continue;
      FAIRLINE_CHECK(!keyring.error().message.contains(secret), "a refusal shows no key");
    }
  }
  return 0;
}
