// How an event becomes a leaf of the ledger and a link of its writer's chain. All hashes are
// SHA-256, all numbers 64-bit big-endian (docs/internals/ledger.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace fairline {

/// What a commitment binds, as the text that is stored.
struct EventText {
  std::string_view event_id, timestamp, user_id, action, entity_type, entity_id, metadata;
};

/// An event's position in its writer's chain.
struct ChainPosition {
  int64_t writer = 0;
  int64_t seq = 0;  // from 0
};

/// H(salt || length and bytes of each text). The salt keeps an erased event from being guessed.
std::string EventCommitment(std::string_view salt, const EventText& event);

/// H(0x00 || writer || seq || event id || commitment): the RFC 6962 leaf hash.
std::string EventLeaf(ChainPosition position, std::string_view event_id,
                      std::string_view commitment);

/// H(0x02 || the chain before || leaf).
std::string NextChain(std::string_view chain, std::string_view leaf);

/// The chain before a writer's first event: zeros.
std::string FirstChain();

}  // namespace fairline
