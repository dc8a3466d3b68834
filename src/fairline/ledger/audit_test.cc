// Events come back as they were written, in order, and only with the transaction they belong to.
#include "fairline/ledger/audit.h"

#include <gtest/gtest.h>

#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

class AuditTest : public ::testing::Test {
 protected:
  AuditEvent Event(std::string entity_id, int64_t created_at_micros) {
    AuditEvent event{ids_.Next(), "decision",         std::move(entity_id), "decisions.create",
                     "ada",       Json::MakeObject(), created_at_micros};
    event.metadata["model"] = "credit \"risk\"";
    event.metadata["version"] = 3;
    return event;
  }

  TemporaryFolder folder_;
  std::unique_ptr<Database> database_ = *OpenSqlite(folder_.path() / "fairline.db");
  IdGenerator ids_{SystemClock()};
};

TEST_F(AuditTest, EventsOfOneEntityOldestFirst) {
  const AuditEvent later = Event("a", 2'000'001), earlier = Event("a", 1'000'000);
  ASSERT_TRUE(database_->Write([&](Transaction& transaction) -> Status {
    for (const AuditEvent& event : {later, Event("b", 5), earlier}) {
      FAIRLINE_TRY(AppendEvent(transaction, event));
    }
    return {};
  }));
  const auto events = EventsOf(*database_, "decision", "a");
  ASSERT_TRUE(events);
  ASSERT_EQ(events->size(), 2);
  EXPECT_EQ((*events)[0].id, earlier.id);
  const AuditEvent& read = (*events)[1];
  EXPECT_EQ(read.id, later.id);
  EXPECT_EQ(read.entity_type, "decision");
  EXPECT_EQ(read.entity_id, "a");
  EXPECT_EQ(read.action, "decisions.create");
  EXPECT_EQ(read.user_id, "ada");
  EXPECT_EQ(read.metadata, later.metadata);
  EXPECT_EQ(read.created_at_micros, 2'000'001);
}

TEST_F(AuditTest, AnEventFallsWithItsTransaction) {
  const Status status = database_->Write([&](Transaction& transaction) -> Status {
    FAIRLINE_TRY(AppendEvent(transaction, Event("a", 1)));
    return Fail(ErrorCode::kConflict, "no");
  });
  EXPECT_FALSE(status);
  EXPECT_TRUE(EventsOf(*database_, "decision", "a")->empty());
}

}  // namespace
}  // namespace fairline
