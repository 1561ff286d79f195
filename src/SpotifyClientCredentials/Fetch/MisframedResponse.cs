
namespace SpotifyClientCredentials.Fetch;

/// <summary>
/// An answer that is no HTTP. .NET's exceptions quote what came in its place, as text or as hexadecimal bytes: an echo of what was sent, or
/// a token that lost its status line. So none of them is shown, nor kept.
/// </summary>
internal static class MisframedResponse
{
    public static bool IsCauseOf(Exception? exception) => exception switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.InvalidResponse } => true,
        HttpIOException { HttpRequestError: HttpRequestError.InvalidResponse } => true,
        null => false,
        _ => IsCauseOf(exception.InnerException),
    };

    public static HttpRequestException ToException() => new(HttpRequestError.InvalidResponse, "The answer is no valid HTTP.");
}
