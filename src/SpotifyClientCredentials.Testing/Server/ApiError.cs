using System.Net;

namespace SpotifyClientCredentials.Testing;

/// <summary>The Web API's regular error object.</summary>
/// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls#regular-error-object</remarks>
internal static class ApiError
{
    public static FakeAnswer NotFound { get; } = Create(HttpStatusCode.NotFound, "Resource not found");

    public static FakeAnswer Forbidden { get; } = Create(HttpStatusCode.Forbidden, "Forbidden");

    public static FakeAnswer Create(HttpStatusCode statusCode, string message) => JsonAnswer.Create(statusCode, json =>
    {
        json.WriteStartObject("error");
        json.WriteNumber("status", (int)statusCode);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    public static FakeAnswer BadRequest(string message) => Create(HttpStatusCode.BadRequest, message);
}
