using System.Diagnostics;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials;

/// <summary>
/// The Spotify app whose credentials are exchanged for access tokens, and how that is done.
/// </summary>
/// <remarks>
/// <para>Bound to the configuration section <see cref="SectionName"/> by <c>AddSpotifyClientCredentials()</c>. Validated when the host
/// starts and, where there is no host, at first use: an <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> then names
/// every setting that is wrong and what to do.</para>
/// <para>Not thread-safe while it is being filled. The library works on a copy, so later changes to an instance have no effect.</para>
/// <para>The client secret is left out of debugger views, and <see cref="System.Text.Json"/> neither writes nor reads it. Other serializers
/// and loggers that take objects apart know nothing of that: do not give them an instance.</para>
/// </remarks>
[DebuggerDisplay("{TokenEndpoint}")]
public sealed class SpotifyClientCredentialsOptions
{
    /// <summary>The configuration section that <c>AddSpotifyClientCredentials()</c> binds.</summary>
    /// <value><c>Spotify</c></value>
    public const string SectionName = "Spotify";

    /// <summary>The app's client id, from the app's page in the Spotify developer dashboard. Required.</summary>
    /// <value>Empty by default, which validation refuses.</value>
    /// <remarks>The user name of the token request's Basic authentication (RFC 6749, section 2.3.1).</remarks>
    public string ClientId { get; set; } = "";

    /// <summary>The app's client secret, from the same page. Required. Keep it out of source control.</summary>
    /// <value>Empty by default, which validation refuses.</value>
    /// <remarks>The password of the token request's Basic authentication (RFC 6749, section 2.3.1).</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string ClientSecret { get; set; } = "";

    /// <summary>Where tokens are requested: an absolute https address, or http on loopback for tests.</summary>
    /// <value><c>https://accounts.spotify.com/api/token</c></value>
    /// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow</remarks>
    public Uri TokenEndpoint { get; set; } = new("https://accounts.spotify.com/api/token");

    /// <summary>
    /// The base address of the Spotify Web API: an absolute https address, or http on loopback for tests. Only requests to its scheme, host
    /// and port carry the access token. A missing slash at its end is added.
    /// </summary>
    /// <value><c>https://api.spotify.com/v1/</c></value>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls</remarks>
    public Uri ApiBaseAddress { get; set; } = new("https://api.spotify.com/v1/");

    /// <summary>
    /// The end of a token's life in which it is renewed in the background while calls go on with it. In the last fifth of this window the
    /// token is no longer handed out. A token's window is never longer than a quarter of its life. Above zero, at most 1 hour.
    /// </summary>
    /// <value>5 minutes</value>
    public TimeSpan RenewalWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest that one acquisition of a token may take, retries and the pauses between them included, and so the longest that any
    /// caller waits. A single attempt gets at most half of it. Above zero, at most 1 hour.
    /// </summary>
    /// <value>10 seconds</value>
    public TimeSpan TokenRequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How many further attempts follow a transient failure of a token request, within <see cref="TokenRequestTimeout"/>: 0 to 10, where 0
    /// turns retry off.
    /// </summary>
    /// <value>2</value>
    public int MaxRetryAttempts { get; set; } = 2;

    /// <summary>The settings whose configured values cannot be read at all, for validation to report.</summary>
    internal IReadOnlyList<string> UnreadableSettings { get; set; } = [];
}
