// Sealed streams. What is opened must not depend on the slices in which it comes; what was sealed
// opens as it was; and of a stream that was changed, cut or lengthened no more comes out than the
// beginning of what was sealed, and a refusal.
#include <algorithm>
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/crypto/sealed_stream.h"

namespace fairline {
namespace {

const SecretKey& Key() {
  static const SecretKey key(std::string(SecretKey::kBytes, 'k'));
  return key;
}

struct Opened {
  std::string bytes, refusal;
  bool operator==(const Opened&) const = default;
};

template <typename Stream>
Status Feed(Stream& stream, std::string_view bytes, size_t slice) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(slice, bytes.size()))) {
    FAIRLINE_TRY(stream.Write(bytes.substr(0, slice)));
  }
  return stream.Finish();
}

Opened Open(std::string_view sealed, size_t slice) {
  Opened opened;
  StreamOpener opener(Key(), [&](std::string_view plain) -> Status {
    opened.bytes += plain;
    return {};
  });
  if (const Status status = Feed(opener, sealed, slice); !status) {
    FAIRLINE_CHECK(status.error().code == ErrorCode::kDataLoss, "memory can be read");
    opened.refusal = status.error().message;
  }
  return opened;
}

std::string Sealed(std::string_view plain, size_t slice) {
  std::string sealed;
  StreamSealer sealer(Key(), [&](std::string_view bytes) -> Status {
    sealed += bytes;
    return {};
  });
  FAIRLINE_CHECK(Feed(sealer, plain, slice), "memory can be written");
  return sealed;
}

void CheckRefused(const std::string& changed, const std::string& plain) {
  const Opened opened = Open(changed, changed.size() + 1);
  FAIRLINE_CHECK(!opened.refusal.empty(), "a changed stream is refused");
  FAIRLINE_CHECK(plain.starts_with(opened.bytes), "nothing comes out that was not sealed");
}

}  // namespace
}  // namespace fairline

// The first four bytes choose the slice, the place of the change and whether there is more than one
// block; the rest is a stream that somebody sent, and then, repeated, what is sealed.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  if (size < 4) return 0;
  const std::string given(reinterpret_cast<const char*>(data) + 4, size - 4);
  const size_t slice = 1 + data[0] * size_t{300};
  FAIRLINE_CHECK(Open(given, slice) == Open(given, given.size() + 1), "slices do not show");

  std::string plain = given;
  while (!plain.empty() && slice > 1000 && plain.size() < data[3] % 4 * size_t{40'000}) {
    plain += plain;
  }
  const std::string sealed = Sealed(plain, slice);
  FAIRLINE_CHECK((Open(sealed, sealed.size()) == Opened{plain, ""}), "what was sealed is opened");
  const size_t place = (data[1] * size_t{256} + data[2]) * sealed.size() / 65536;
  std::string changed = sealed;
  changed[place] = static_cast<char>(changed[place] ^ (1 << data[1] % 8));
  CheckRefused(changed, plain);
  CheckRefused(sealed.substr(0, place), plain);
  CheckRefused(sealed + sealed.substr(place), plain);
  return 0;
}
