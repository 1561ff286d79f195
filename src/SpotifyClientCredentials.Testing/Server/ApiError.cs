using System.Net;
using System.Text.Json.Nodes;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Creates responses with the Web API's regular error object.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls#regular-error-object</remarks>
internal static class ApiError
{
    public static FakeResponse NotFound { get; } = Create(HttpStatusCode.NotFound, "Resource not found");

    public static FakeResponse Forbidden { get; } = Create(HttpStatusCode.Forbidden, "Forbidden");

    public static FakeResponse MethodNotAllowed { get; } =
        Create(HttpStatusCode.MethodNotAllowed, "Method not allowed").WithHeader("Allow", "GET, HEAD");

    public static FakeResponse MalformedAuthorization { get; } = BadRequest("Only valid bearer authentication supported")
        .WithHeader("WWW-Authenticate", "Bearer realm=\"spotify\", error=\"invalid_request\"");

    public static FakeResponse BadRequest(string message) => Create(HttpStatusCode.BadRequest, message);

    public static FakeResponse Unauthorized(string message) =>
        Create(HttpStatusCode.Unauthorized, message).WithHeader("WWW-Authenticate", "Bearer realm=\"spotify\"");

    private static FakeResponse Create(HttpStatusCode statusCode, string message) => JsonResponse.Create(
        statusCode, new() { ["error"] = new JsonObject { ["status"] = (int)statusCode, ["message"] = message } });
}
