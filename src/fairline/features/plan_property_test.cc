// Properties of any plan over any table: a row's features are its own, and a stored plan is the
// plan. Bits are compared, so that NaN equals NaN and 0 is not -0.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <bit>
#include <limits>

#include "fairline/features/plan.h"
#include "fairline/features/test_fields.h"
#include "fairline/features/training_signature.h"

namespace fairline {
namespace {

using Bits = std::vector<uint64_t>;

double AnyNumber() {
  const double sentinel = 365243;
  return *rc::gen::weightedOneOf<double>(
      {{8, rc::gen::arbitrary<double>()},
       {4, rc::gen::map(rc::gen::inRange(-30, 30), [](int n) { return n / 8.0; })},
       {2, rc::gen::just(std::numeric_limits<double>::quiet_NaN())},
       {2, rc::gen::just(sentinel)},
       {1, rc::gen::element(0.0, -0.0, 1e308, -1e308, 5e-324)}});
}

Table AnyTable(int rows) {
  const std::vector<std::string_view> categories = {"", "a", "b", "Ünï", "c d"};
  std::vector<Column> columns;
  for (const char* name : {"A", "B", "C", "F_1", "F_2"}) {
    std::vector<double> numbers;
    for (int row = 0; row < rows; ++row) numbers.push_back(AnyNumber());
    columns.push_back(NumericColumn(name, std::move(numbers)));
  }
  std::vector<std::string_view> values;
  for (int row = 0; row < rows; ++row) values.push_back(*rc::gen::elementOf(categories));
  columns.push_back(CategoricalColumn("TYPE", values));
  return Table(std::move(columns));
}

std::optional<double> AnySetting() {
  return *rc::gen::weightedOneOf<std::optional<double>>(
      {{3, rc::gen::just(std::optional<double>())},
       {1, rc::gen::map(rc::gen::inRange(-9, 9), [](int n) { return std::optional(n / 3.0); })}});
}

FeatureDefinition AnyDefinition(std::vector<std::string>& names) {
  FeatureDefinition definition;
  definition.name = "D" + std::to_string(names.size());
  definition.operation =
      *rc::gen::element(Operation::kRatio, Operation::kSum, Operation::kMean, Operation::kMinimum,
                        Operation::kMaximum, Operation::kAbove);
  const bool ratio = definition.operation == Operation::kRatio;
  const bool above = definition.operation == Operation::kAbove;
  const int most = above ? 1 : ratio ? 2 : 4;
  const int count = *rc::gen::inRange(1, most + 1);
  for (int i = 0; i < count; ++i) definition.inputs.push_back(*rc::gen::elementOf(names));
  if (above) {
    definition.threshold = AnySetting().value_or(0);
  } else if (ratio) {
    definition.negate = *rc::gen::arbitrary<bool>();
    if (count == 2) definition.epsilon = AnySetting().value_or(0);
    if (count == 1) definition.divisor = *rc::gen::element(1.0, 365.0, 1e-5);
  } else {
    if (*rc::gen::arbitrary<bool>()) definition.inputs.push_back("F_*");
    definition.any_input = *rc::gen::arbitrary<bool>();
    definition.skip_missing = *rc::gen::arbitrary<bool>();
  }
  definition.if_missing = AnySetting();
  definition.minimum = AnySetting();
  if (!definition.minimum) definition.maximum = AnySetting();
  names.push_back(definition.name);
  return definition;
}

FeaturePlan AnyPlan(const Table& table) {
  FieldOptions bureau{.name = "F_*", .availability = Availability::kBureau};
  FieldOptions amount{.name = "A", .role = FieldRole::kAmount, .minimum = -0.1, .maximum = 1e300};
  const Signature signature = *InferSignature(table, {bureau, amount}, false);
  std::vector<std::string> names = {"A", "B", "C", "F_1", "F_2"};
  FeatureSet set;
  set.missing_values = {{"B", {365243}}, {"C", {AnySetting().value_or(0), 365243}}};
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) set.definitions.push_back(AnyDefinition(names));
  return *FeaturePlan::Compile(
      signature, set,
      *rc::gen::element(CategoricalHandling::kOrdinal, CategoricalHandling::kNative));
}

Bits FeatureBits(const FeaturePlan& plan, const RawColumns& raw, size_t row) {
  RawRow values(plan.signature().size());
  raw.Row(row, values);
  std::vector<double> features(plan.size());
  plan.Apply(values, features);
  Bits bits;
  for (const double feature : features) bits.push_back(std::bit_cast<uint64_t>(feature));
  return bits;
}

RC_GTEST_PROP(FeaturePlanProperty, ARowAloneEqualsTheSameRowInAnyTable, ()) {
  const int rows = *rc::gen::inRange(1, 8);
  const Table table = AnyTable(rows);
  const FeaturePlan plan = AnyPlan(table);
  const RawColumns all = *RawColumns::FromTable(plan.signature(), table);
  const size_t row = *rc::gen::inRange(0, rows);
  const size_t other = *rc::gen::inRange(0, rows);

  const Bits expected = FeatureBits(plan, all, row);
  const auto alone = *RawColumns::FromTable(plan.signature(), table.Select({row}));
  RC_ASSERT(FeatureBits(plan, alone, 0) == expected);
  const auto among = *RawColumns::FromTable(plan.signature(), table.Select({other, row, other}));
  RC_ASSERT(FeatureBits(plan, among, 1) == expected);
}

RC_GTEST_PROP(FeaturePlanProperty, AStoredPlanIsThePlan, ()) {
  const Table table = AnyTable(*rc::gen::inRange(1, 5));
  const FeaturePlan plan = AnyPlan(table);
  const std::string text = plan.ToJson().Dump();
  const auto read = FeaturePlan::FromJson(*Json::Parse(text));
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->ToJson().Dump() == text);
  RC_ASSERT(read->size() == plan.size());

  const RawColumns before = *RawColumns::FromTable(plan.signature(), table);
  const RawColumns after = *RawColumns::FromTable(read->signature(), table);
  for (size_t i = 0; i < plan.size(); ++i) {
    RC_ASSERT(read->features()[i].name == plan.features()[i].name);
    RC_ASSERT(read->features()[i].categorical == plan.features()[i].categorical);
    RC_ASSERT(read->features()[i].availability == plan.features()[i].availability);
    RC_ASSERT(read->features()[i].inputs == plan.features()[i].inputs);
  }
  for (size_t row = 0; row < table.rows(); ++row) {
    RC_ASSERT(FeatureBits(*read, after, row) == FeatureBits(plan, before, row));
  }
}

}  // namespace
}  // namespace fairline
