// Each hash has a first byte of its own (0 and 1 as in RFC 6962), so that none can be passed off as
// another kind.
#include "fairline/ledger/event_hash.h"

#include "fairline/core/hash.h"
#include "fairline/ledger/merkle.h"

namespace fairline {
namespace {

void AppendNumber(std::string& out, uint64_t number) {
  char bytes[8];
  for (int i = 0; i < 8; ++i) bytes[i] = static_cast<char>(number >> (56 - 8 * i) & 255);
  out.append(bytes, sizeof bytes);
}

}  // namespace

std::string EventCommitment(std::string_view salt, const EventText& event) {
  std::string input;
  input.reserve(512);
  input += salt;
  for (const std::string_view text : {event.event_id, event.timestamp, event.user_id, event.action,
                                      event.entity_type, event.entity_id, event.metadata}) {
    AppendNumber(input, text.size());
    input += text;
  }
  return Sha256Bytes(input);
}

std::string EventLeaf(ChainPosition position, std::string_view event_id,
                      std::string_view commitment) {
  std::string data;
  data.reserve(96);
  AppendNumber(data, static_cast<uint64_t>(position.writer));
  AppendNumber(data, static_cast<uint64_t>(position.seq));
  data += event_id;
  data += commitment;
  return MerkleLeafHash(data);
}

std::string NextChain(std::string_view chain, std::string_view leaf) {
  std::string input(1, '\2');
  input += chain;
  input += leaf;
  return Sha256Bytes(input);
}

std::string FirstChain() { return std::string(kHashBytes, '\0'); }

}  // namespace fairline
