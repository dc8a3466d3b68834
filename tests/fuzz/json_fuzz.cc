// JSON text: what can be read is written as text that reads back as the same value.
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/core/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const auto json = Json::Parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!json) {
    FAIRLINE_CHECK(!json.error().message.empty(), "a refusal says why");
    return 0;
  }
  const std::string text = json->Dump();
  const auto again = Json::Parse(text);
  FAIRLINE_CHECK(again.has_value() && *again == *json, "Dump() reads back");
  FAIRLINE_CHECK(again->Dump() == text, "Dump() has one form");
  const auto pretty = Json::Parse(json->Pretty());
  FAIRLINE_CHECK(pretty.has_value() && *pretty == *json, "Pretty() reads back");

  JsonReader reader(*json, "f.json");
  (void)reader.String("name");
  (void)reader.NumbersOr("numbers", {});
  (void)reader.IntegerOr("count", 0);
  (void)reader.Finish();
  return 0;
}
