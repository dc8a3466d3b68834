// The route table and api/openapi.yaml say the same, both ways.
#include "fairline/server/routes/routes.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "fairline/core/json.h"
#include "fairline/core/yaml.h"

namespace fairline {

extern const std::string_view kOpenApiYaml;

namespace {

constexpr std::string_view kMethods[] = {"get",   "put",  "post",   "delete",
                                         "patch", "head", "options"};

Json Contract() {
  auto contract = ParseYaml(kOpenApiYaml, "openapi.yaml");
  EXPECT_TRUE(contract) << contract.error().message;
  return contract ? *contract : Json();
}

std::string Line(std::string_view method, std::string_view path, std::string_view operation,
                 std::string_view permission) {
  return fmt::format("{} {} {} {}", method, path, operation, permission);
}

std::string Text(const Json& operation, std::string_view key) {
  const Json* value = operation.Find(key);
  return value != nullptr && value->is_string() ? value->string() : "(none)";
}

TEST(RoutesTest, EqualTheContract) {
  std::set<std::string> served, promised;
  for (const Route& route : Routes()) {
    served.insert(Line(route.method, route.path, route.operation, route.permission));
  }
  const Json contract = Contract();
  for (const auto& [path, item] : contract.Find("paths")->object()) {
    for (const auto& [key, operation] : item.object()) {
      if (std::ranges::find(kMethods, key) == std::end(kMethods)) continue;
      std::string method = key;
      for (char& c : method) c = static_cast<char>(c - 'a' + 'A');
      promised.insert(
          Line(method, path, Text(operation, "operationId"), Text(operation, "x-permission")));
    }
  }
  EXPECT_EQ(served, promised);
}

TEST(RoutesTest, OperationNamesAreUniqueAndDotted) {
  std::set<std::string_view> names;
  for (const Route& route : Routes()) {
    EXPECT_TRUE(names.insert(route.operation).second) << route.operation;
    EXPECT_TRUE(route.operation.contains('.')) << route.operation;
  }
}

/// Every {$ref: '#/…'} below `json`.
void CollectReferences(const Json& json, std::set<std::string>& references) {
  if (json.is_array()) {
    for (const Json& item : json.array()) CollectReferences(item, references);
  }
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.object()) {
    if (key == "$ref") references.insert(value.string());
    CollectReferences(value, references);
  }
}

TEST(RoutesTest, EveryReferenceOfTheContractResolves) {
  const Json contract = Contract();
  std::set<std::string> references;
  CollectReferences(contract, references);
  EXPECT_FALSE(references.empty());
  for (const std::string& reference : references) {
    const Json* node = &contract;
    for (size_t begin = 2; node != nullptr && begin < reference.size();) {
      const size_t end = std::min(reference.find('/', begin), reference.size());
      node = node->Find(reference.substr(begin, end - begin));
      begin = end + 1;
    }
    EXPECT_NE(node, nullptr) << reference;
  }
}

}  // namespace
}  // namespace fairline
