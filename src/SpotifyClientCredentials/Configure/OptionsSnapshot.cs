using System.Diagnostics;
using System.Text;

namespace SpotifyClientCredentials.Configure;

/// <summary>An immutable copy of options that passed validation, with the values derived from them.</summary>
internal sealed class OptionsSnapshot
{
    /// <param name="options">Valid options.</param>
    /// <param name="appName">The name of the app; empty for the unnamed one.</param>
    /// <param name="credentialKeys">How messages name the settings of the credentials.</param>
    public OptionsSnapshot(SpotifyClientCredentialsOptions options, string appName, string credentialKeys)
    {
        AppName = appName;
        CredentialKeys = credentialKeys;
        ClientId = options.ClientId;
        ClientSecret = options.ClientSecret;
        BasicValue = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        TokenEndpoint = options.TokenEndpoint;
        ApiBaseAddress = WithTrailingSlash(options.ApiBaseAddress);
        ApiOriginPrefix = ApiBaseAddress.GetLeftPart(UriPartial.Authority) + "/";
        RenewalWindow = options.RenewalWindow;
        TokenRequestTimeout = options.TokenRequestTimeout;
        MaxRetryAttempts = options.MaxRetryAttempts;
        Sharing = options.Sharing;
    }

    public string AppName { get; }

    /// <summary>The name of the app in logs, where an empty one would seem a mistake.</summary>
    public string DisplayName => DisplayNameOf(AppName);

    public string CredentialKeys { get; }

    public string ClientId { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ClientSecret { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string BasicValue { get; }

    public Uri TokenEndpoint { get; }

    public Uri ApiBaseAddress { get; }

    /// <summary>What the address of a request to the Web API starts with: scheme, host, port and a slash.</summary>
    public string ApiOriginPrefix { get; }

    public TimeSpan RenewalWindow { get; }

    public TimeSpan TokenRequestTimeout { get; }

    public int MaxRetryAttempts { get; }

    /// <summary>How the token is shared; null if it isn't.</summary>
    public TokenSharingOptions? Sharing { get; }

    public static string DisplayNameOf(string appName) => appName.Length == 0 ? "(unnamed)" : appName;

    /// <summary>The renewal window of a token: the end of its lifetime in which it's renewed.</summary>
    public TimeSpan Window(TimeSpan lifetime) => TimeSpan.FromTicks(Math.Min(RenewalWindow.Ticks, lifetime.Ticks / 4));

    public bool HasSameCredentialsAs(OptionsSnapshot other) =>
        ClientId == other.ClientId && ClientSecret == other.ClientSecret && TokenEndpoint == other.TokenEndpoint;

    // Without the slash, a relative "tracks/1" would replace "v1" instead of following it.
    private static Uri WithTrailingSlash(Uri address) =>
        address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
