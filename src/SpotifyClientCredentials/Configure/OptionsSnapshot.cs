using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Options;
using SpotifyClientCredentials.Attach;
using SpotifyClientCredentials.Share;

namespace SpotifyClientCredentials.Configure;

/// <summary>An immutable copy of options that passed validation, with what is derived from them.</summary>
internal sealed class OptionsSnapshot
{
    public OptionsSnapshot(SpotifyClientCredentialsOptions options, ConfigurationKeys names, TokenSharing? sharing = null)
    {
        Names = names;
        Sharing = sharing;
        ClientId = options.ClientId;
        ClientSecret = options.ClientSecret;
        BasicValue = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ClientId}:{ClientSecret}"));
        TokenEndpoint = options.TokenEndpoint;
        ApiBaseAddress = WithTrailingSlash(options.ApiBaseAddress);
        ApiOrigin = new ApiOrigin(ApiBaseAddress);
        RenewalWindow = options.RenewalWindow;
        TokenRequestTimeout = options.TokenRequestTimeout;
        MaxRetryAttempts = options.MaxRetryAttempts;
    }

    public ConfigurationKeys Names { get; }

    public string ClientId { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string ClientSecret { get; }

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    public string BasicValue { get; }

    public Uri TokenEndpoint { get; }

    public Uri ApiBaseAddress { get; }

    public ApiOrigin ApiOrigin { get; }

    public TimeSpan RenewalWindow { get; }

    public TimeSpan TokenRequestTimeout { get; }

    public int MaxRetryAttempts { get; }

    /// <summary>How the token is shared with other instances; null where it is not.</summary>
    public TokenSharing? Sharing { get; }

    /// <exception cref="OptionsValidationException">A setting is missing or wrong.</exception>
    public static OptionsSnapshot From(SpotifyClientCredentialsOptions options)
    {
        ConfigurationKeys names = new(Options.DefaultName);
        ValidateOptionsResult result = new SpotifyClientCredentialsOptionsValidator(names).Validate(names.AppName, options);
        return result.Failed
            ? throw new OptionsValidationException(names.AppName, typeof(SpotifyClientCredentialsOptions), result.Failures)
            : new OptionsSnapshot(options, names);
    }

    public bool HasSameCredentialsAs(OptionsSnapshot other) =>
        ClientId == other.ClientId && ClientSecret == other.ClientSecret && TokenEndpoint == other.TokenEndpoint;

    // Without the slash a relative "tracks/1" would replace "v1" instead of following it.
    private static Uri WithTrailingSlash(Uri address) =>
        address.AbsolutePath.EndsWith('/') ? address : new Uri(address.AbsoluteUri + "/");
}
