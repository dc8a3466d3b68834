// The hashes are a format that other programs compute too: these values come from
// tests/verifier/verify_ledger.py.
#include "fairline/ledger/event_hash.h"

#include <gtest/gtest.h>

#include <set>

#include "fairline/core/encoding.h"

namespace fairline {
namespace {

constexpr std::string_view kId = "0198c1b2-7d4e-7a6b-8f31-2f4d5c6b7a89";
const EventText kEvent = {kId,
                          "2026-11-21T10:41:00.123456Z",
                          "ada",
                          "models.transition",
                          "model_version",
                          "credit/3",
                          "{\"reason\":\"gr\xc3\xb6\xc3\x9f"
                          "er\"}"};
const std::string kSalt = *FromHex("000102030405060708090a0b0c0d0e0f");

TEST(EventHashTest, KnownValues) {
  const std::string commitment = EventCommitment(kSalt, kEvent);
  EXPECT_EQ(ToHex(commitment), "275b5a6bc00aadd19e655b72bb853a62bbe0d390b6f05e5ef985de53cf043922");
  const std::string leaf = EventLeaf({7, 258}, kId, commitment);
  EXPECT_EQ(ToHex(leaf), "5e5d85db91757ae2d88bff3714da252d7ff4e6070b8dc2caec2fea941d07a3ca");
  EXPECT_EQ(ToHex(NextChain(FirstChain(), leaf)),
            "67af93661973f6b2559406bb327bcf71a9894c1a0e3d74b4955eb992901103f2");
}

TEST(EventHashTest, TheBorderBetweenTwoTextsCounts) {
  EventText one = kEvent, other = kEvent;
  one.user_id = "ab";
  one.action = "c";
  other.user_id = "a";
  other.action = "bc";
  EXPECT_NE(EventCommitment(kSalt, one), EventCommitment(kSalt, other));
}

TEST(EventHashTest, EveryPartCounts) {
  std::set<std::string> seen = {EventCommitment(kSalt, kEvent)};
  for (std::string_view EventText::* const part :
       {&EventText::event_id, &EventText::timestamp, &EventText::user_id, &EventText::action,
        &EventText::entity_type, &EventText::entity_id, &EventText::metadata}) {
    EventText changed = kEvent;
    changed.*part = "x";
    EXPECT_TRUE(seen.insert(EventCommitment(kSalt, changed)).second);
  }
  EXPECT_TRUE(seen.insert(EventCommitment("another salt ...", kEvent)).second);
  EXPECT_TRUE(seen.insert(EventLeaf({1, 2}, kId, "c")).second);
  EXPECT_TRUE(seen.insert(EventLeaf({2, 1}, kId, "c")).second);
  EXPECT_TRUE(seen.insert(EventLeaf({1, 2}, kId, "d")).second);
}

}  // namespace
}  // namespace fairline
