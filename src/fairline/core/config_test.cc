// Settings: where a value comes from, which wins, and what is refused.
#include "fairline/core/config.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace fairline {
namespace {

std::string OriginOf(const Config& config, std::string_view name) {
  const auto entries = config.Entries();
  const auto found = std::ranges::find(entries, name, &Config::Entry::name);
  return found == entries.end() ? "absent" : found->origin;
}

TEST(Config, DefaultsAreListedInOrder) {
  const Config config;
  ASSERT_EQ(config.Entries().size(), Settings().size());
  for (size_t i = 0; i < Settings().size(); ++i) {
    EXPECT_EQ(config.Entries()[i].name, Settings()[i].name);
    EXPECT_EQ(config.Entries()[i].value, Settings()[i].fallback);
    EXPECT_EQ(config.Entries()[i].origin, "default");
  }
  EXPECT_EQ(config.String("server.address"), "127.0.0.1");
  EXPECT_EQ(config.Integer("server.port"), 8000);
  EXPECT_EQ(config.Number("decisions.review_band"), 0);
}

TEST(Config, EveryDefaultHasItsType) {
  for (const Setting& setting : Settings()) {
    EXPECT_TRUE(Config().ApplyFlag(setting.name, setting.fallback, "--set").has_value())
        << setting.name;
    EXPECT_FALSE(setting.help.empty()) << setting.name;
  }
}

TEST(Config, AFlagBeatsTheEnvironmentBeatsTheFile) {
  Config config;
  ASSERT_TRUE(config
                  .ApplyFile("server:\n  port: 1\n  threads: 2\n  address: \"::1\"\n"
                             "decisions: {review_band: 0.05}\n",
                             "fairline.yaml")
                  .has_value());
  ASSERT_TRUE(
      config
          .ApplyEnvironment({"PATH=/bin", "FAIRLINE_SERVER_PORT=3", "FAIRLINE_SERVER_THREADS=4",
                             "FAIRLINE_CACHE=x", "FAIRLINE_STORAGE_DIRECTORY=a=b"})
          .has_value());
  ASSERT_TRUE(config.ApplyFlag("server.port", "5", "--port").has_value());

  EXPECT_EQ(config.Integer("server.port"), 5);
  EXPECT_EQ(OriginOf(config, "server.port"), "--port");
  EXPECT_EQ(config.Integer("server.threads"), 4);
  EXPECT_EQ(OriginOf(config, "server.threads"), "FAIRLINE_SERVER_THREADS");
  EXPECT_EQ(config.String("server.address"), "::1");
  EXPECT_EQ(OriginOf(config, "server.address"), "fairline.yaml:4");
  EXPECT_EQ(config.Number("decisions.review_band"), 0.05);
  EXPECT_EQ(config.String("storage.directory"), "a=b");
}

TEST(Config, EmptyFilesAndSectionsSetNothing) {
  for (const std::string_view yaml :
       {"", "# nothing\n", "server:\n", "server: {}\n", "server:\n  port:\n"}) {
    Config config;
    EXPECT_TRUE(config.ApplyFile(yaml, "fairline.yaml").has_value()) << yaml;
    EXPECT_EQ(OriginOf(config, "server.port"), "default");
  }
}

void ExpectMessage(const Status& status, std::string_view message) {
  ASSERT_FALSE(status.has_value()) << message;
  EXPECT_EQ(status.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(status.error().message, message);
}

TEST(Config, AFaultOfAFileNamesItsLine) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"log:\n  level: info\nserver:\n  prot: 1\n",
       "fairline.yaml:4: unknown setting \"server.prot\"; did you mean \"server.port\"?"},
      {"serving: fast\n", "fairline.yaml:1: unknown setting \"serving\""},
      {"colour:\n", "fairline.yaml:1: unknown setting \"colour\""},
      {"server: {port: {a: 1}}\n",
       "fairline.yaml:1: unknown setting \"server.port.a\"; did you mean \"server.port\"?"},
      {"server:\n  port: fast\n",
       "fairline.yaml:2: server.port must be a whole number, not a string"},
      {"server:\n  port: \"80\"\n",
       "fairline.yaml:2: server.port must be a whole number, not a string"},
      {"server:\n  port: 80.5\n",
       "fairline.yaml:2: server.port must be a whole number, not \"80.5\""},
      {"server:\n  port: [1]\n",
       "fairline.yaml:2: server.port must be a whole number, not an array"},
      {"serving:\n  model: 7\n",
       "fairline.yaml:2: serving.model must be a string, not a whole number; put it in quotes"},
      {"- 1\n", "fairline.yaml: expected settings like \"server: {port: 8000}\", found an array"},
  };
  for (const auto& [yaml, message] : cases) {
    ExpectMessage(Config().ApplyFile(yaml, "fairline.yaml"), message);
  }
}

TEST(Config, AFaultElsewhereNamesTheVariableOrFlag) {
  ExpectMessage(Config().ApplyEnvironment({"FAIRLINE_SERVER_PROT=1"}),
                "the environment variable FAIRLINE_SERVER_PROT is no setting; "
                "did you mean \"FAIRLINE_SERVER_PORT\"?");
  ExpectMessage(Config().ApplyEnvironment({"FAIRLINE_SERVER_PORT="}),
                "FAIRLINE_SERVER_PORT: server.port must be a whole number, not \"\"");
  ExpectMessage(Config().ApplyFlag("server.port", "0x50", "--port"),
                "--port: server.port must be a whole number, not \"0x50\"");
  ExpectMessage(Config().ApplyFlag("decisions.review_band", "nan", "--set"),
                "--set: decisions.review_band must be a number, not \"nan\"");
  ExpectMessage(Config().ApplyFlag("server.ports", "1", "--set"),
                "--set: unknown setting \"server.ports\"; did you mean \"server.port\"?");
}

TEST(ConfigDeathTest, AskingForAnUnknownSettingOrTypeStopsTheProcess) {
  EXPECT_DEATH(Config().Integer("server.colour"), "no such setting");
  EXPECT_DEATH(Config().Integer("server.address"), "another type");
}

TEST(Config, SecretsAreNotShown) {
  Config config;
  const std::pair<const char*, const char*> urls[] = {
      {"postgresql://ada:s3cret@db:5432/fairline", "postgresql://ada:(secret)@db:5432/fairline"},
      {"postgresql://ada:a@b:c@db/fairline", "postgresql://ada:(secret)@db/fairline"},
      {"postgresql://ada@db/fairline", "postgresql://ada@db/fairline"},
      {"sqlite:///var/lib/a:b@c.db", "sqlite:///var/lib/a:b@c.db"}};
  for (const auto& [given, shown] : urls) {
    ASSERT_TRUE(config.ApplyFlag("storage.database", given, "--set"));
    EXPECT_EQ(config.String("storage.database"), given);
    const auto entries = config.Entries();
    EXPECT_EQ(std::ranges::find(entries, "storage.database", &Config::Entry::name)->value, shown);
  }
  ASSERT_TRUE(config.ApplyFlag("encryption.master_key", "k AAAA", "--set"));
  EXPECT_EQ(config.Secret("encryption.master_key"), "k AAAA");
  const auto entries = config.Entries();
  EXPECT_EQ(std::ranges::find(entries, "encryption.master_key", &Config::Entry::name)->value,
            "(secret)");
}

}  // namespace
}  // namespace fairline
