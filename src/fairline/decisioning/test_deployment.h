// A deployment of the test bundle, an application for it, and a store to write to, for tests.
#pragma once

#include <memory>
#include <string>

#include "fairline/core/check.h"
#include "fairline/decisioning/decision.h"
#include "fairline/decisioning/vault.h"
#include "fairline/registry/test_bundle.h"
#include "fairline/storage/temporary_folder.h"

namespace fairline {

inline std::unique_ptr<Deployment> TestDeployment(ModelBundle bundle = TestBundle(),
                                                  Policy policy = {}) {
  auto scorer = CompileScorer(bundle.model);
  auto explainer = MakeExplainer(bundle.model);
  ReasonFinder reasons(bundle);
  auto layout = LayoutOf(bundle, "");
  return std::make_unique<Deployment>(Deployment{"consumer_loan",
                                                 "EUR",
                                                 {},
                                                 std::move(bundle),
                                                 std::move(scorer),
                                                 std::move(explainer),
                                                 std::move(reasons),
                                                 policy,
                                                 "",
                                                 {},
                                                 std::move(layout)});
}

/// Rejected by the test bundle when `amount` is above 300000.
inline Application TestApplication(double amount = 400000, std::string external_ref = "") {
  Json features = Json::Object{{"AMOUNT", amount},
                               {"DAYS_EMPLOYED", -100},
                               {"INCOME", 50000.125},
                               {"CONTRACT", "Cash loans"}};
  if (!external_ref.empty()) features["ID"] = external_ref;
  auto application = ReadApplication(TestSignature(), features);
  FAIRLINE_CHECK(application, "the test application fits the test signature");
  application->product = "consumer_loan";
  application->currency = "EUR";
  return *std::move(application);
}

/// Database, objects and registry in a folder of their own, with the test bundle in Production.
struct TestStore {
  TestStore() {
    const Change change{"ada", "test"};
    FAIRLINE_CHECK(registry.Register("credit", TestBundleFiles(), "", change), "registers");
    FAIRLINE_CHECK(registry.Transition("credit", 1, Stage::kProduction, true, change), "moves");
    auto loaded = LoadDeployment(registry, *registry.Get("credit", 1), {}, "consumer_loan", "EUR");
    FAIRLINE_CHECK(loaded, "loads");
    deployment = *std::move(loaded);
  }

  DecisionRecord Decided(double amount = 400000, std::string external_ref = "") {
    auto record =
        Decide(*deployment, TestApplication(amount, std::move(external_ref)), SystemClock(), ids);
    FAIRLINE_CHECK(record, "decides");
    return *std::move(record);
  }

  std::filesystem::path file() const { return folder.path() / "fairline.db"; }

  TemporaryFolder folder;
  IdGenerator ids{SystemClock()};
  std::unique_ptr<Database> database = *OpenSqlite(file());
  std::unique_ptr<ObjectStore> objects = OpenDiskStore(folder.path() / "objects");
  Registry registry{*database, *objects, SystemClock(), ids};
  Keyring keyring = *Keyring::FromFile(folder.path() / "master.key", true);
  std::unique_ptr<Vault> vault = *Vault::Open(*database, keyring);
  std::shared_ptr<const Deployment> deployment;
};

}  // namespace fairline
