using System.Net;

namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Creates responses with the Web API's regular error object.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls#regular-error-object</remarks>
internal static class ApiError
{
    public static FakeResponse NotFound { get; } = Create(HttpStatusCode.NotFound, "Resource not found");

    public static FakeResponse Forbidden { get; } = Create(HttpStatusCode.Forbidden, "Forbidden");

    public static FakeResponse Create(HttpStatusCode statusCode, string message) => JsonResponse.Create(statusCode, json =>
    {
        json.WriteStartObject("error");
        json.WriteNumber("status", (int)statusCode);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public static FakeResponse BadRequest(string message) => Create(HttpStatusCode.BadRequest, message);
}
