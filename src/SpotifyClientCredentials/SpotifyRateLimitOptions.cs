namespace SpotifyClientCredentials;

/// <summary>How the calls of an HTTP client wait for Spotify's rate limit. <c>AddSpotifyRateLimit</c> sets them for each client.</summary>
/// <remarks>
/// <para>The options are validated when the host starts or, without a host, when the client is created. They're read each time the client's
/// handlers are created. Setting properties isn't thread-safe.</para>
/// <para>https://developer.spotify.com/documentation/web-api/concepts/rate-limits</para>
/// </remarks>
public sealed class SpotifyRateLimitOptions
{
    /// <summary>
    /// The longest time that a call waits to be sent, over all its waits. Zero to 1 hour. With zero, no call waits: while the limit is
    /// reached, each gets a 429 that the library creates. Set <see cref="HttpClient.Timeout"/> to a longer time.
    /// </summary>
    /// <value>5 seconds</value>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The key of <see cref="HttpRequestMessage.Options"/> that tells a 429 of the library's own from one of Spotify's: it's <see langword="true"/>
    /// on the request of a 429 that wasn't sent. Sending the request removes it.
    /// </summary>
    /// <example><c>response.RequestMessage!.Options.TryGetValue(SpotifyRateLimitOptions.NotSent, out bool notSent)</c></example>
    public static HttpRequestOptionsKey<bool> NotSent { get; } = new("SpotifyClientCredentials.NotSent");
}
