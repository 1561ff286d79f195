using System.Diagnostics;
using System.Text;

namespace SpotifyClientCredentials.Configure;

/// <summary>An immutable copy of options that passed validation, with the values derived from them.</summary>
/// <param name="options">Valid options.</param>
/// <param name="appName">The name of the app; empty for the unnamed one.</param>
/// <param name="credentialKeys">How messages name the settings of the credentials.</param>
internal sealed class OptionsSnapshot(SpotifyClientCredentialsOptions options, string appName, string credentialKeys)
{
    public string AppName { get; } = appName;

    /// <summary>The name of the app in logs, where an empty one would seem a mistake.</summary>
    public string DisplayName => DisplayNameOf(AppName);

    public string CredentialKeys { get; } = credentialKeys;

    public string TokenEndpointKey { get; init; } = nameof(TokenEndpoint);

    public string ClientId { get; } = options.ClientId;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string ClientSecret { get; } = options.ClientSecret;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    internal string BasicValue { get; } = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{options.ClientId}:{options.ClientSecret}"));

    public Uri TokenEndpoint { get; } = options.TokenEndpoint;

    public Uri ApiBaseAddress { get; } = WithTrailingSlash(options.ApiBaseAddress);

    /// <summary>What the address of a request to the Web API starts with: scheme, host, port and a slash.</summary>
    public string ApiOriginPrefix { get; } = options.ApiBaseAddress.GetLeftPart(UriPartial.Authority) + "/";

    public TimeSpan RenewalWindow { get; } = options.RenewalWindow;

    public TimeSpan TokenRequestTimeout { get; } = options.TokenRequestTimeout;

    /// <summary>How the token is shared; null if it isn't.</summary>
    public TokenSharingOptions? Sharing { get; } = options.Sharing;

    public static string DisplayNameOf(string appName) => appName.Length == 0 ? "(unnamed)" : appName;

    /// <summary>The renewal window of a token: the end of its lifetime in which it's renewed.</summary>
    public TimeSpan Window(TimeSpan lifetime) => TimeSpan.FromTicks(Math.Min(RenewalWindow.Ticks, lifetime.Ticks / 4));

    public bool HasSameCredentialsAs(OptionsSnapshot other) =>
        ClientId == other.ClientId && ClientSecret == other.ClientSecret && TokenEndpoint == other.TokenEndpoint;

    // Without the slash, a relative "tracks/1" would replace "v1" instead of following it.
    private static Uri WithTrailingSlash(Uri address) =>
        address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
