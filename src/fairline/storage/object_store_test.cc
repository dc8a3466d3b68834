// The disk store: bytes back unchanged, keys that stay inside their folder.
#include "fairline/storage/object_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "fairline/storage/temporary_folder.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ObjectStoreTest : public ::testing::Test {
 protected:
  TemporaryFolder folder_;
  std::unique_ptr<ObjectStore> store_ = OpenDiskStore(folder_.path() / "objects");
};

TEST_F(ObjectStoreTest, GivesBackWhatWasPut) {
  const std::string bytes("\0\xff\n", 3);
  ASSERT_TRUE(store_->Put("bundles/ab12/model.txt", bytes));
  EXPECT_EQ(*store_->Get("bundles/ab12/model.txt"), bytes);
  EXPECT_EQ(store_->Get("bundles/ab12/other").error().code, ErrorCode::kNotFound);
}

TEST_F(ObjectStoreTest, ListsByPrefixInOrder) {
  EXPECT_THAT(*store_->List("bundles/"), IsEmpty());
  for (const char* key : {"bundles/b/x", "bundles/a/sub/y", "bundles/a/z", "other"}) {
    ASSERT_TRUE(store_->Put(key, "1"));
  }
  std::ofstream(folder_.path() / "objects" / "bundles" / ".half-written") << "x";
  EXPECT_THAT(*store_->List("bundles/"),
              ElementsAre("bundles/a/sub/y", "bundles/a/z", "bundles/b/x"));
  EXPECT_THAT(*store_->List("bundles/a/"), ElementsAre("bundles/a/sub/y", "bundles/a/z"));
  EXPECT_THAT(*store_->List("bun"), ElementsAre("bundles/a/sub/y", "bundles/a/z", "bundles/b/x"));
  EXPECT_THAT(*store_->List("nowhere/"), IsEmpty());
}

TEST_F(ObjectStoreTest, KeysCannotLeaveTheFolder) {
  for (const char* key : {"", "/etc/passwd", "../x", "a/../../x", "a/./b", "a//b", "a/", ".hidden",
                          "a b", "a\\b", "a\nb"}) {
    EXPECT_EQ(store_->Put(key, "x").error().code, ErrorCode::kInvalidArgument) << key;
    EXPECT_EQ(store_->Get(key).error().code, ErrorCode::kInvalidArgument) << key;
  }
  EXPECT_EQ(store_->List("../").error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairline
