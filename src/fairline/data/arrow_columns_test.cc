#include "fairline/data/arrow_columns.h"

#include <gmock/gmock.h>

#include <cmath>
#include <vector>

#include "fairline/data/arrow_rows.h"
#include "fairline/data/csv_writer.h"

namespace fairline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// An array over buffers of the test.
struct TestArray {
  TestArray(int64_t length, std::vector<const void*> given) : buffers(std::move(given)) {
    array = {.length = length,
             .null_count = -1,  // not counted
             .n_buffers = static_cast<int64_t>(buffers.size()),
             .buffers = buffers.data()};
  }
  std::vector<const void*> buffers;
  ArrowArray array{};
};

std::string Refusal(const char* format) {
  const auto builder = ArrowColumnBuilder::Create({.format = format}, false);
  return builder ? "ok" : builder.error().message;
}

TEST(ArrowColumns, TypesThatAreNoColumns) {
  EXPECT_EQ(Refusal("+l"), "is nested (a list)");
  EXPECT_EQ(Refusal("+w:3"), "is nested (a list)");
  EXPECT_EQ(Refusal("+s"), "is nested (a struct)");
  EXPECT_EQ(Refusal("+m"), "is nested (a map)");
  EXPECT_EQ(Refusal("+ud:0,1"), "is nested (a union)");
  EXPECT_EQ(Refusal("z"), "holds bytes");
  EXPECT_EQ(Refusal("w:16"), "holds bytes");
  EXPECT_EQ(Refusal("tDs"), "holds durations");
  EXPECT_EQ(Refusal("tiM"), "holds intervals of time");
  EXPECT_EQ(Refusal("d:19,2,96"), "has a type that is not known here");
  EXPECT_EQ(Refusal("d:19"), "has a type that is not known here");
  EXPECT_EQ(Refusal("d:19,99999"), "has a type that is not known here");
  EXPECT_EQ(Refusal(""), "has a type that is not known here");
  EXPECT_EQ(Refusal("d:19,2"), "ok");
  EXPECT_EQ(Refusal("tsn:Europe/Berlin"), "ok");
}

TEST(ArrowColumns, SlicesWithAndWithoutNulls) {
  const int16_t values[] = {1, 2, 3, 4, 5};
  const uint8_t validity = 0b10111;
  TestArray some(2, {&validity, values}), all(2, {nullptr, values});
  some.array.offset = all.array.offset = 2;
  auto builder = ArrowColumnBuilder::Create({.format = "s"}, false);
  ASSERT_TRUE(builder && builder->Append(some.array, 0, 2) && builder->Append(all.array, 1, 1));
  const Column column = builder->Take("c");
  EXPECT_EQ(CsvText(Table({column})), "c\n3\n\"\"\n4\n");
  EXPECT_EQ(builder->Take("c").size(), 0);
}

TEST(ArrowColumns, DictionariesInEveryChunkMeanTheSame) {
  const int32_t offsets[] = {0, 1, 2};
  TestArray ab(2, {nullptr, offsets, "ab"}), ba(2, {nullptr, offsets, "ba"});
  const uint8_t indexes[] = {0, 1, 1};
  TestArray first(3, {nullptr, indexes}), second(3, {nullptr, indexes});
  first.array.dictionary = &ab.array;
  second.array.dictionary = &ba.array;
  ArrowSchema words{.format = "u"};
  auto builder = ArrowColumnBuilder::Create({.format = "C", .dictionary = &words}, false);
  ASSERT_TRUE(builder && builder->Append(first.array, 0, 3) && builder->Append(second.array, 0, 3));
  const Column column = builder->Take("c");
  EXPECT_THAT(column.vocabulary, ElementsAre("a", "b"));
  EXPECT_THAT(column.codes, ElementsAre(0, 1, 1, 1, 0, 0));
}

std::string FaultOf(const ArrowSchema& schema, const ArrowArray& array) {
  auto builder = ArrowColumnBuilder::Create(schema, false);
  const auto appended = builder->Append(array, 0, array.length);
  return appended ? "ok" : std::to_string(appended.error().row) + ": " + appended.error().message;
}

TEST(ArrowColumns, DamageIsSaidWithItsRow) {
  const int32_t offsets[] = {0, 1, 2}, falling[] = {0, 2, 1};
  const int8_t indexes[] = {0, 2}, negative[] = {-1, 0};
  ArrowSchema words{.format = "u"};
  const ArrowSchema dictionary{.format = "c", .dictionary = &words};
  TestArray text(2, {nullptr, offsets, "a\xff"}), backwards(2, {nullptr, falling, "ab"});
  TestArray out(2, {nullptr, indexes}), before(2, {nullptr, negative}), lost(2, {nullptr, nullptr});
  EXPECT_EQ(FaultOf(words, text.array), "1: text that is not UTF-8");
  EXPECT_THAT(FaultOf(words, backwards.array), HasSubstr("1: is damaged"));
  EXPECT_THAT(FaultOf({.format = "c"}, lost.array), HasSubstr("values are not there"));
  EXPECT_THAT(FaultOf(dictionary, out.array), HasSubstr("dictionary is not there"));
  TestArray ab(2, {nullptr, offsets, "ab"});
  out.array.dictionary = before.array.dictionary = &ab.array;
  EXPECT_EQ(FaultOf(dictionary, out.array), "1: is damaged: entry 2 of a dictionary of 2");
  EXPECT_EQ(FaultOf(dictionary, before.array), "0: is damaged: entry -1 of a dictionary of 2");
}

TEST(ArrowColumns, ViewsStayInsideTheirBuffers) {
  struct View {
    int32_t length;
    char beginning[4];
    int32_t buffer, offset;
  };
  const char text[] = "thirteen char";
  const int64_t sizes[] = {13};
  const View good[] = {{13, {}, 0, 0}}, beyond[] = {{13, {}, 0, 1}}, other[] = {{13, {}, 1, 0}};
  TestArray fine(1, {nullptr, good, text, sizes}), after(1, {nullptr, beyond, text, sizes});
  TestArray absent(1, {nullptr, other, text, sizes});
  EXPECT_EQ(FaultOf({.format = "vu"}, fine.array), "ok");
  EXPECT_THAT(FaultOf({.format = "vu"}, after.array), HasSubstr("outside the file"));
  EXPECT_THAT(FaultOf({.format = "vu"}, absent.array), HasSubstr("outside the file"));
}

TEST(ArrowRows, AreWhatTheTableWas) {
  Column number{.name = "n", .numbers = {1, std::nan(""), 3}};
  Column word{.name = "w",
              .type = ColumnType::kCategorical,
              .codes = {0, -1, 1},
              .vocabulary = {"x", "yy"}};
  const TableSchema columns = {{"n", ColumnType::kNumeric, true}, {"w", ColumnType::kCategorical}};
  ArrowOwned<ArrowSchema> schema;
  ArrowOwned<ArrowArray> rows;
  ExportSchema(columns, schema.Renew());
  ASSERT_TRUE(ExportRows(Table({number, word}), columns, 1, 2, rows.Renew()));
  std::vector<Column> back;
  for (int i = 0; i < 2; ++i) {
    auto builder = ArrowColumnBuilder::Create(*schema->children[i], false);
    ASSERT_TRUE(builder && builder->Append(*rows->children[i], 0, 2));
    back.push_back(builder->Take(schema->children[i]->name));
  }
  EXPECT_EQ(CsvText(Table(back)), "n,w\n,\n3,yy\n");
  number.numbers = {0.5, 1, 2};
  const auto fraction = ExportRows(Table({number, word}), columns, 0, 3, rows.Renew());
  ASSERT_FALSE(fraction);
  EXPECT_THAT(fraction.error().message, HasSubstr("column n: 0.5 is not a whole number"));
}

TEST(ArrowRows, AChildOutlivesItsParent) {
  const TableSchema columns = {{"n", ColumnType::kNumeric}};
  ArrowOwned<ArrowArray> rows;
  ASSERT_TRUE(ExportRows(Table({{.name = "n", .numbers = {7}}}), columns, 0, 1, rows.Renew()));
  ArrowArray child = *rows->children[0];
  rows->children[0]->release = nullptr;  // taken out
  rows.Release();
  EXPECT_EQ(*static_cast<const double*>(child.buffers[1]), 7);
  child.release(&child);
}

}  // namespace
}  // namespace fairline
