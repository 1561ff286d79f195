using System.Diagnostics;
using System.Text.Json.Serialization;

namespace SpotifyClientCredentials;

/// <summary>The credentials of a Spotify app, and how they're exchanged for access tokens.</summary>
/// <remarks>
/// <para><c>AddSpotifyClientCredentials()</c> binds the configuration section <see cref="SectionName"/>. The options are validated when the
/// host starts or, without a host, at first use. An <see cref="Microsoft.Extensions.Options.OptionsValidationException"/> then names every
/// invalid setting and the remedy.</para>
/// <para>Setting properties isn't thread-safe. The library uses a copy, so later changes to an instance have no effect.</para>
/// <para>Debugger views leave out the client secret, and <see cref="System.Text.Json"/> neither writes nor reads it. Other serializers and
/// destructuring loggers show it: don't pass them an instance.</para>
/// </remarks>
[DebuggerDisplay("{TokenEndpoint}")]
public sealed class SpotifyClientCredentialsOptions
{
    /// <summary>The configuration section that <c>AddSpotifyClientCredentials()</c> binds.</summary>
    /// <value><c>Spotify</c></value>
    public const string SectionName = "Spotify";

    /// <summary>The app's client id, from the app's page in the Spotify developer dashboard. Required.</summary>
    /// <value>Empty, which fails validation.</value>
    /// <remarks>The user name of the token request's Basic authentication (RFC 6749, section 2.3.1).</remarks>
    public string ClientId { get; set; } = "";

    /// <summary>The app's client secret, from the same page. Required. Keep it out of source control.</summary>
    /// <value>Empty, which fails validation.</value>
    /// <remarks>The password of the token request's Basic authentication (RFC 6749, section 2.3.1).</remarks>
    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    [JsonIgnore]
    public string ClientSecret { get; set; } = "";

    /// <summary>The address of the token endpoint: an absolute https address, or http as <see cref="RequireHttps"/> allows.</summary>
    /// <value><c>https://accounts.spotify.com/api/token</c></value>
    /// <remarks>https://developer.spotify.com/documentation/web-api/tutorials/client-credentials-flow</remarks>
    public Uri TokenEndpoint { get; set; } = new("https://accounts.spotify.com/api/token");

    /// <summary>
    /// The base address of the Spotify Web API: an absolute https address, or http as <see cref="RequireHttps"/> allows. Only requests to its
    /// scheme, host and port carry the access token. The library adds a missing slash at the end.
    /// </summary>
    /// <value><c>https://api.spotify.com/v1/</c></value>
    /// <remarks>https://developer.spotify.com/documentation/web-api/concepts/api-calls</remarks>
    public Uri ApiBaseAddress { get; set; } = new("https://api.spotify.com/v1/");

    /// <summary>
    /// How long before a token expires it's renewed in the background. Calls continue to use it meanwhile, except in its last 10 seconds. The
    /// window is never longer than a quarter of the token's lifetime, and those 10 seconds never longer than a fifth of it. More than zero, at
    /// most 1 hour.
    /// </summary>
    /// <value>5 minutes</value>
    public TimeSpan RenewalWindow { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// The longest time that a caller waits for a token, retries and the first read of the settings included. A single token request gets half
    /// of it. A call waits again if the Web API rejects the token that it got. More than zero, at most 1 hour.
    /// </summary>
    /// <value>8 seconds</value>
    public TimeSpan TokenRequestTimeout { get; set; } = TimeSpan.FromSeconds(8);

    /// <summary>
    /// Whether the addresses must start with https, except on loopback: <c>localhost</c>, names that end in <c>.localhost</c>,
    /// <c>127.0.0.0/8</c> and <c>::1</c>. Set it to <see langword="false"/> for test servers only: with http, the client secret and the token
    /// cross the network in clear text.
    /// </summary>
    /// <value><see langword="true"/></value>
    /// <remarks>RFC 6749, section 2.3.1, and RFC 6750, section 5.3, require TLS.</remarks>
    public bool RequireHttps { get; set; } = true;

    /// <summary>How the token is shared; null if it isn't.</summary>
    internal TokenSharingOptions? Sharing { get; set; }

    /// <summary>The settings whose configured values can't be parsed, for validation to report.</summary>
    internal IReadOnlyList<string> UnparsedSettings { get; set; } = [];

    /// <summary>Whether a section is to be read from the container's IConfiguration and there is none, for validation to report.</summary>
    internal bool LacksConfiguration { get; set; }
}
