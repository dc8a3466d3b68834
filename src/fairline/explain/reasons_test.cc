#include "fairline/explain/reasons.h"

#include <gmock/gmock.h>

namespace fairline {
namespace {

using ::testing::ElementsAre;

/// Five features A to E; A and B belong together, C, D stand in groups of one, E in none.
ModelBundle MakeBundle() {
  std::vector<Field> fields(5);
  for (size_t i = 0; i < fields.size(); ++i)
    fields[i].name = std::string(1, static_cast<char>('A' + i));
  ModelBundle bundle;
  bundle.plan = *FeaturePlan::Identity(Signature(fields));
  bundle.reason_groups = {
      {"AB", "A and B", {"A", "B"}}, {"C", "Only C", {"C"}}, {"D", "Only D", {"D"}}};
  bundle.references.populations = {{"all", "everybody", 10, {0.5, 0, 0, 0, 0}},
                                   {"at_cutoff", "near the cut-off", 3, {0, 0, 9, 9, 9}}};
  return bundle;
}

TEST(ReasonFinder, RanksDifferencesFromTheReference) {
  const ModelBundle bundle = MakeBundle();
  const auto reasons =
      ReasonFinder(bundle, "all").Adverse(std::vector<double>{0.25, 1, -3, 0.5, 0.625}, 4);
  ASSERT_EQ(reasons.size(), 3u);
  EXPECT_EQ(reasons[0].rank, 1);
  EXPECT_EQ(reasons[0].code, "AB");
  EXPECT_EQ(reasons[0].text, "A and B");
  EXPECT_EQ(reasons[0].difference, 0.75);
  EXPECT_THAT(reasons[0].features, ElementsAre("B", "A"));
  EXPECT_EQ(reasons[1].code, "E");
  EXPECT_EQ(reasons[2].code, "D");
  EXPECT_EQ(reasons[2].rank, 3);
}

TEST(ReasonFinder, TakesNoMoreThanAskedAndOnlyWhatIsAdverse) {
  const ModelBundle bundle = MakeBundle();
  const std::vector<double> attributions = {0.25, 1, -3, 0.5, 0.625};
  EXPECT_EQ(ReasonFinder(bundle, "all").Adverse(attributions, 1).size(), 1u);
  EXPECT_EQ(ReasonFinder(bundle, "at_cutoff").Adverse(attributions, 4).size(), 1u);
  EXPECT_TRUE(ReasonFinder(bundle, "all").Adverse(std::vector<double>{0.5, 0, 0, 0, 0}, 4).empty());
}

TEST(ReasonFinder, TiesKeepTheOrderOfTheGroups) {
  const auto reasons =
      ReasonFinder(MakeBundle(), "all").Adverse(std::vector<double>{0.5, 2, 2, 2, 2}, 4);
  ASSERT_EQ(reasons.size(), 4u);
  EXPECT_EQ(reasons[0].code, "AB");
  EXPECT_EQ(reasons[1].code, "C");
  EXPECT_EQ(reasons[2].code, "D");
  EXPECT_EQ(reasons[3].code, "E");
}

TEST(ReasonFinder, InventsNoneWithoutReferenceValues) {
  ModelBundle bundle = MakeBundle();
  const std::vector<double> attributions(5, 1.0);
  EXPECT_TRUE(ReasonFinder(bundle, "unheard_of").Adverse(attributions, 4).empty());
  bundle.references.populations.clear();
  EXPECT_TRUE(ReasonFinder(bundle, "all").Adverse(attributions, 4).empty());
}

}  // namespace
}  // namespace fairline
