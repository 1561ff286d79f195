using System.Net.Http.Json;

namespace SpotifyClientCredentials.Attach;

/// <summary>Which request contents can be sent a second time: those that lie in memory. A stream may have been read to its end.</summary>
internal static class ResendableContent
{
    // StringContent and FormUrlEncodedContent are ByteArrayContents.
    public static bool Is(HttpContent? content) => content is null or ByteArrayContent or ReadOnlyMemoryContent or JsonContent
        || (content is MultipartContent parts && parts.All(Is));
}
