// The formats are C2SP's: c2sp.org/signed-note and c2sp.org/tlog-checkpoint. Time and previous size
// stand in the extension lines the latter leaves to the log.
#include "fairline/ledger/checkpoint.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "fairline/core/clock.h"
#include "fairline/core/encoding.h"
#include "fairline/core/hash.h"
#include "fairline/crypto/signature.h"
#include "fairline/ledger/merkle.h"

namespace fairline {
namespace {

constexpr std::string_view kSignaturePrefix = "\xe2\x80\x94 ";  // an em dash and a blank
constexpr char kEd25519 = 1;
constexpr size_t kKeyHashBytes = 4;
constexpr std::string_view kTime = "time ", kPrevious = "previous ";

// The first bytes of SHA-256(name || newline || algorithm || public key).
std::string KeyHash(const CheckpointVerifier& verifier) {
  const std::string input = verifier.origin + '\n' + kEd25519 + verifier.public_key;
  return Sha256Bytes(input).substr(0, kKeyHashBytes);
}

std::unexpected<Error> NoCheckpoint(std::string_view why) {
  return Fail(ErrorCode::kDataLoss, fmt::format("this is not a checkpoint of a ledger: {}", why));
}

bool ParseSize(std::string_view text, int64_t& size) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  return error == std::errc() && end == text.data() + text.size() && size >= 0 &&
         text == std::to_string(size);
}

/// Lines, each of which must end in a newline.
Result<std::vector<std::string_view>> LinesOf(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return NoCheckpoint("its last line is cut off");
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::string TextOf(const Checkpoint& checkpoint) {
  return fmt::format("{}\n{}\n{}\n{}{}\n{}{}\n", checkpoint.origin, checkpoint.tree_size,
                     ToBase64(checkpoint.root), kTime, FormatTimestamp(checkpoint.signed_micros),
                     kPrevious, checkpoint.previous_size);
}

/// Where the signed text ends: the blank line before the signatures does not belong to it.
Result<size_t> TextEnd(std::string_view note) {
  const size_t blank = note.find("\n\n");
  if (blank == std::string_view::npos) return NoCheckpoint("it has no signature");
  return blank + 1;
}

}  // namespace

std::string CheckpointVerifier::Text() const {
  return fmt::format("{}+{}+{}", origin, ToHex(KeyHash(*this)), ToBase64(kEd25519 + public_key));
}

Result<CheckpointVerifier> CheckpointVerifier::Parse(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  const auto refuse = [] {
    return Fail(ErrorCode::kInvalidArgument,
                "is not the public key of a ledger: it reads ORIGIN+HASH+KEY, as `fairline audit "
                "checkpoint --public-key` prints it");
  };
  const size_t first = text.find('+');
  const size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos) return refuse();
  const auto key = FromBase64(text.substr(second + 1));
  if (!key || key->size() != 33 || (*key)[0] != kEd25519) return refuse();
  const CheckpointVerifier verifier{std::string(text.substr(0, first)), key->substr(1)};
  if (!CheckOrigin(verifier.origin) || verifier.Text() != text) return refuse();
  return verifier;
}

Status CheckOrigin(std::string_view origin) {
  const bool blank = std::ranges::any_of(origin, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == '+' || c == '\x7f';
  });
  if (!origin.empty() && !blank) return {};
  return Fail(
      ErrorCode::kInvalidArgument,
      fmt::format("ledger.origin \"{}\" cannot name a ledger: it must not be empty nor hold "
                  "blanks or \"+\"",
                  origin));
}

std::string SignCheckpoint(const Checkpoint& checkpoint, const SecretKey& private_key) {
  const std::string text = TextOf(checkpoint);
  const CheckpointVerifier verifier{checkpoint.origin, SigningPublicKey(private_key)};
  const std::string signature = ToBase64(KeyHash(verifier) + Sign(private_key, text));
  return fmt::format("{}\n{}{} {}\n", text, kSignaturePrefix, checkpoint.origin, signature);
}

Result<Checkpoint> OpenCheckpoint(std::string_view note, const CheckpointVerifier& verifier) {
  const size_t end = FAIRLINE_TRY(TextEnd(note));
  const std::string prefix = fmt::format("{}{} ", kSignaturePrefix, verifier.origin);
  for (const std::string_view line : FAIRLINE_TRY(LinesOf(note.substr(end + 1)))) {
    if (!line.starts_with(prefix)) continue;
    const auto bytes = FromBase64(line.substr(prefix.size()));
    if (!bytes || !bytes->starts_with(KeyHash(verifier))) continue;
    const std::string_view signature = std::string_view(*bytes).substr(kKeyHashBytes);
    if (!VerifySignature(verifier.public_key, note.substr(0, end), signature)) {
      return Fail(ErrorCode::kDataLoss,
                  "the signature of a checkpoint is wrong: its text was changed");
    }
    Checkpoint checkpoint = FAIRLINE_TRY(ReadCheckpoint(note));
    if (checkpoint.origin == verifier.origin) return checkpoint;
    return NoCheckpoint("it is of another ledger than its signer");
  }
  return Fail(ErrorCode::kDataLoss,
              fmt::format("a checkpoint is not signed by the key of {}", verifier.origin));
}

Result<Checkpoint> ReadCheckpoint(std::string_view note) {
  const size_t end = FAIRLINE_TRY(TextEnd(note));
  const auto lines = FAIRLINE_TRY(LinesOf(note.substr(0, end)));
  if (lines.size() < 5) return NoCheckpoint("it is too short");
  Checkpoint checkpoint{.origin = std::string(lines[0])};
  const auto root = FromBase64(lines[2]);
  const auto micros = lines[3].starts_with(kTime) ? ParseTimestamp(lines[3].substr(kTime.size()))
                                                  : Result<int64_t>(NoCheckpoint("no time"));
  const bool understood = ParseSize(lines[1], checkpoint.tree_size) && root &&
                          root->size() == kHashBytes && micros && lines[4].starts_with(kPrevious) &&
                          ParseSize(lines[4].substr(kPrevious.size()), checkpoint.previous_size);
  if (!understood) return NoCheckpoint("size, root, time or previous size cannot be read");
  checkpoint.root = *root;
  checkpoint.signed_micros = *micros;
  return checkpoint;
}

}  // namespace fairline
