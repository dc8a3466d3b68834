// Wiring. The order of Parts is the order of birth; Stop() undoes it: first no new requests, then
// the last commits, then everything else.
#include "fairline/server/app.h"

#include <fmt/format.h>
#include <signal.h>
#include <sys/resource.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "fairline/core/clock.h"
#include "fairline/core/limits.h"
#include "fairline/core/log.h"
#include "fairline/core/metrics.h"
#include "fairline/decisioning/decision_writer.h"
#include "fairline/decisioning/deployment.h"
#include "fairline/decisioning/prediction_cache.h"
#include "fairline/decisioning/store.h"
#include "fairline/governance/backup_schedule.h"
#include "fairline/ledger/sequencer.h"
#include "fairline/server/deployment_watcher.h"
#include "fairline/server/http/server.h"
#include "fairline/server/middleware/workers.h"
#include "fairline/server/router.h"
#include "fairline/storage/cache.h"

namespace fairline {
namespace {

// Half of the connections that write: the others are left to decisions and the ledger.
constexpr int kWorkers = limits::kDatabaseConnections / 4;

Result<HttpSettings> ReadHttpSettings(const Config& config) {
  HttpSettings settings;
  settings.host = config.String("server.address");
  const int64_t port = config.Integer("server.port");
  if (port < 0 || port > 65535) {
    return Fail(ErrorCode::kInvalidArgument,
                fmt::format("server.port: {} is not a port (0 to 65535)", port));
  }
  settings.port = static_cast<int>(port);
  const int64_t threads = config.Integer("server.threads");
  const int64_t cores = std::max(1u, std::thread::hardware_concurrency());
  if (threads < 0 || threads > limits::kServerThreads) {
    return Fail(ErrorCode::kInvalidArgument, fmt::format("server.threads: {} is not in 0 to {}",
                                                         threads, limits::kServerThreads));
  }
  settings.threads = static_cast<int>(threads == 0 ? cores : threads);
  return settings;
}

/// A connection is a descriptor; the usual soft limit of 1024 is below limits::kConnections.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

Result<SequencerSettings> SettingsOfSequencer(const Config& config, ObjectStore& objects) {
  SequencerSettings settings = FAIRLINE_TRY(ReadSequencerSettings(config));
  if (config.Bool("ledger.ship_checkpoints")) settings.ship_to = &objects;
  return settings;
}

void LogFailure(std::string_view event, const Result<bool>& result) {
  if (!result) LogError(event, result.error());
}

}  // namespace

struct App::Parts {
  /// `metrics` was given to the store that is given, whose keyring and vault are open.
  Parts(std::unique_ptr<Metrics> with, std::unique_ptr<Store> opened)
      : metrics(std::move(with)), store(std::move(opened)) {}

  Status Wire(const Config& config, std::string_view program_version);
  Status OpenPredictionCache(const Config& config, const Vault& vault);

  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<Store> store;
  std::unique_ptr<Cache> cache;
  std::optional<PredictionCache> predictions;
  std::optional<Deployments> deployments;
  std::optional<Router> router;
  std::unique_ptr<HttpServer> http;
  std::optional<Workers> workers;        // what they do last answers through http
  std::optional<DecisionWriter> writer;  // and so do its last commits
  std::optional<Sequencer> sequencer;
  std::unique_ptr<BackupSchedule> backups;
  std::unique_ptr<DeploymentWatcher> watcher;
};

Status App::Parts::Wire(const Config& config, std::string_view program_version) {
  Keyring& keyring = *FAIRLINE_TRY(store->OpenKeyring());
  Vault& vault = *FAIRLINE_TRY(store->OpenVault());
  Database& database = store->database();
  FAIRLINE_TRY(OpenPredictionCache(config, vault));
  deployments.emplace(store->registry(), ReadDeploymentSettings(config));
  writer.emplace(database, vault, store->ids(), *metrics);
  sequencer.emplace(database, keyring, SystemClock(), *metrics,
                    FAIRLINE_TRY(SettingsOfSequencer(config, store->objects())));
  backups = FAIRLINE_TRY(BackupSchedule::Start(config, *store, program_version, *metrics));
  workers.emplace(kWorkers);
  router.emplace(Services{.database = database,
                          .vault = vault,
                          .deployments = *deployments,
                          .predictions = predictions ? &*predictions : nullptr,
                          .writer = *writer,
                          .metrics = *metrics,
                          .clock = SystemClock(),
                          .ids = store->ids(),
                          .product = config.String("decisions.product")},
                 *workers);
  return {};
}

Status App::Parts::OpenPredictionCache(const Config& config, const Vault& vault) {
  cache = FAIRLINE_TRY(OpenCache(config.String("cache.url"), SystemClock(), *metrics));
  if (!config.Bool("cache.predictions")) return {};
  const int64_t ttl_seconds = config.Integer("cache.ttl_seconds");
  if (ttl_seconds < 1) {
    return Fail(ErrorCode::kInvalidArgument, "cache.ttl_seconds: must be at least 1");
  }
  predictions.emplace(*cache, vault.CacheKey(), ttl_seconds, *metrics);
  return {};
}

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

App::~App() { Stop(); }

int App::port() const { return parts_->http->port(); }

void App::Stop() {
  parts_->watcher.reset();
  if (parts_->http) parts_->http->Stop();
  parts_->workers.reset();
  parts_->writer.reset();
  // The last commits are put in order before the process goes.
  if (parts_->sequencer) LogFailure("ledger.last_round", parts_->sequencer->RunRound(true));
  parts_->sequencer.reset();
  parts_->backups.reset();
  parts_->http.reset();
}

Result<std::unique_ptr<App>> App::Start(const Config& config, std::string_view program_version) {
  const HttpSettings settings = FAIRLINE_TRY(ReadHttpSettings(config));
  auto metrics = std::make_unique<Metrics>();
  auto store = FAIRLINE_TRY(Store::OpenOrCreate(config, metrics.get()));
  auto parts = std::make_unique<Parts>(std::move(metrics), std::move(store));
  FAIRLINE_TRY(parts->Wire(config, program_version));
  parts->http = FAIRLINE_TRY(HttpServer::Listen(settings, *parts->router));
  parts->watcher = std::make_unique<DeploymentWatcher>(*parts->deployments);
  parts->sequencer->Start();
  parts->http->Start();
  return std::unique_ptr<App>(new App(std::move(parts)));
}

Status Serve(const Config& config, std::string_view program_version) {
  RaiseDescriptorLimit();
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  // Blocked before the first thread starts, so that only sigwait below sees them.
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  const auto app = FAIRLINE_TRY(App::Start(config, program_version));
  LogInfo("server.started", {{"address", config.String("server.address")}, {"port", app->port()}});
  int received = 0;
  sigwait(&stop_signals, &received);
  LogInfo("server.stopping", {{"signal", received == SIGTERM ? "SIGTERM" : "SIGINT"}});
  pthread_sigmask(SIG_UNBLOCK, &stop_signals, nullptr);
  app->Stop();
  LogInfo("server.stopped");
  return {};
}

}  // namespace fairline
