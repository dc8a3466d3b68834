// Is the process alive, may it be sent work, how is it doing, what does it speak.
#include "fairline/core/json.h"
#include "fairline/core/yaml.h"
#include "fairline/server/routes/routes.h"

namespace fairline {

/// api/openapi.yaml, put into the binary by the build.
extern const std::string_view kOpenApiYaml;

namespace {

Json Check(std::string_view name, const Status& status) {
  Json check = Json::MakeObject();
  check["name"] = name;
  check["ok"] = status.has_value();
  if (!status) check["message"] = status.error().message;
  return check;
}

Status DatabaseCheck(const Services& services) {
  FAIRLINE_TRY(services.database.Query("SELECT 1"));
  if (services.writer.healthy()) return {};
  return Fail(ErrorCode::kUnavailable, "the last decisions could not be stored");
}

Status ModelCheck(const Services& services) {
  FAIRLINE_TRY(services.deployments.Current());
  return {};
}

Result<Response> ContractResponse() {
  return JsonResponse(FAIRLINE_TRY(ParseYaml(kOpenApiYaml, "openapi.yaml")));
}

}  // namespace

void Live(const Services&, std::shared_ptr<Exchange> exchange) {
  Response response;
  response.body = R"({"status":"ok"})";
  exchange->Reply(std::move(response));
}

void Ready(const Services& services, std::shared_ptr<Exchange> exchange) {
  const Status database = DatabaseCheck(services);
  const Status model = ModelCheck(services);
  const bool ready = database && model;
  Json body = Json::MakeObject();
  body["status"] = ready ? "ready" : "not ready";
  if (!ready || exchange->request().query.starts_with("verbose")) {
    body["checks"].Append(Check("database", database));
    body["checks"].Append(Check("model", model));
  }
  Response response = JsonResponse(body, ready ? 200 : 503);
  if (!ready) response.headers.emplace_back("Retry-After", "1");
  exchange->Reply(std::move(response));
}

void MetricsText(const Services& services, std::shared_ptr<Exchange> exchange) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.body = services.metrics.Text();
  exchange->Reply(std::move(response));
}

void Contract(const Services&, std::shared_ptr<Exchange> exchange) {
  static const Result<Response> response = ContractResponse();
  exchange->Reply(response);
}

}  // namespace fairline
