// Signed notes. A checkpoint that can be read says the same when it is signed and opened again, and
// none is opened that the key has not signed.
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/crypto/signature.h"
#include "fairline/ledger/checkpoint.h"

namespace {

using namespace fairline;

bool Same(const Checkpoint& one, const Checkpoint& other) {
  return one.origin == other.origin && one.tree_size == other.tree_size && one.root == other.root &&
         one.signed_micros == other.signed_micros && one.previous_size == other.previous_size;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The key that has signed some of the corpus.
  static const SecretKey key(std::string(SecretKey::kBytes, 'k'));

  if (const auto parsed = CheckpointVerifier::Parse(text)) {
    FAIRLINE_CHECK(text.starts_with(parsed->Text()), "a verifier has one text");
    (void)OpenCheckpoint(text, *parsed);
  }
  const auto read = ReadCheckpoint(text);
  if (!read) {
    FAIRLINE_CHECK(read.error().code == ErrorCode::kDataLoss, "a refusal is about the bytes");
    FAIRLINE_CHECK(!OpenCheckpoint(text, {"fairline", SigningPublicKey(key)}), "nor is it opened");
    return 0;
  }
  const CheckpointVerifier verifier{read->origin, SigningPublicKey(key)};
  if (const auto opened = OpenCheckpoint(text, verifier)) {
    FAIRLINE_CHECK(Same(*opened, *read), "the signature is over what is read");
  }
  if (!CheckOrigin(read->origin)) return 0;
  const std::string note = SignCheckpoint(*read, key);
  const auto again = OpenCheckpoint(note, verifier);
  FAIRLINE_CHECK(again && Same(*again, *read), "what was read can be signed and opened");
  FAIRLINE_CHECK(SignCheckpoint(*again, key) == note, "a checkpoint has one note");
  std::string other = note;
  other[other.size() - 10] = other[other.size() - 10] == 'A' ? 'B' : 'A';  // in the signature
  FAIRLINE_CHECK(!OpenCheckpoint(other, verifier), "another signature is none");
  return 0;
}
