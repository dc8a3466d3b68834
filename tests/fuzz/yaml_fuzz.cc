// YAML text: read into a value that JSON can hold, and as a file of settings.
#include <string>
#include <string_view>

#include "fairline/core/check.h"
#include "fairline/core/config.h"
#include "fairline/core/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace fairline;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto yaml = ParseYaml(text, "f.yaml");
  if (yaml) {
    const auto json = Json::Parse(yaml->Dump());
    FAIRLINE_CHECK(json.has_value(), "every value can be written as JSON");
  } else {
    FAIRLINE_CHECK(yaml.error().message.starts_with("f.yaml"), "a refusal names the file");
  }
  Config config;
  const Status applied = config.ApplyFile(text, "f.yaml");
  FAIRLINE_CHECK(yaml.has_value() || !applied, "settings are YAML");
  return 0;
}
