using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Configure;

/// <summary>Reports everything that is invalid in one app's options at once: setting, reason and remedy, never a secret.</summary>
internal sealed class OptionsValidator(ConfigurationKeys keys) : IValidateOptions<SpotifyClientCredentialsOptions>
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, SpotifyClientCredentialsOptions options)
    {
        if (name != keys.AppName)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [.. options.UnparsedSettings.Select(Unparsed)];
        failures.AddRange(Credential(nameof(options.ClientId), options.ClientId, options.LacksConfiguration));
        failures.AddRange(Credential(nameof(options.ClientSecret), options.ClientSecret, options.LacksConfiguration));
        failures.AddRange(CredentialPair(options.ClientId, options.ClientSecret));
        failures.AddRange(Address(nameof(options.TokenEndpoint), options.TokenEndpoint, options.RequireHttps));
        failures.AddRange(Address(nameof(options.ApiBaseAddress), options.ApiBaseAddress, options.RequireHttps));
        failures.AddRange(Time(nameof(options.RenewalWindow), options.RenewalWindow));
        failures.AddRange(Time(nameof(options.TokenRequestTimeout), options.TokenRequestTimeout));
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <returns>What is invalid about a time, to follow the name of its setting; or null.</returns>
    public static string? FindFault(TimeSpan time) => time <= TimeSpan.Zero || time > LongestTime
        ? $"is {time:c}. Set it to a time of more than zero and at most one hour, "
            + "written as hours:minutes:seconds (\"00:05:00\"); a plain number such as \"300\" is read as days."
        : null;

    // Without the value, which is a secret if two settings were mixed up.
    private string Unparsed(string property) => $"{keys[property]} can't be parsed. " + property switch
    {
        nameof(SpotifyClientCredentialsOptions.TokenEndpoint) or nameof(SpotifyClientCredentialsOptions.ApiBaseAddress) =>
            "Set it to an absolute address that starts with https://.",
        nameof(SpotifyClientCredentialsOptions.RequireHttps) => "Set it to \"true\" or \"false\".",
        _ => "Set it to a time, written as hours:minutes:seconds (\"00:05:00\").",
    };

    private IEnumerable<string> Credential(string property, string? value, bool lacksConfiguration)
    {
        string setting = keys[property];
        if (string.IsNullOrWhiteSpace(value))
        {
            yield return $"{setting} is missing{keys.EnvironmentVariable(property)}. "
                + (lacksConfiguration
                    ? "No IConfiguration is registered that could contain it: add one, services.AddSingleton<IConfiguration>(configuration), or set the options in code. "
                    : "")
                + "Set it to the value on the app's page in the Spotify developer dashboard, https://developer.spotify.com/dashboard.";
            yield break;
        }

        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
        {
            yield return $"{setting} starts or ends with white space. Remove it.";
        }

        if (value[0] is '"' or '\'' || value[^1] is '"' or '\'')
        {
            yield return $"{setting} starts or ends with a quotation mark. Remove the quotation marks.";
        }

        int foreign = value.Trim().AsSpan().IndexOfAnyExceptInRange(' ', '~');
        if (foreign >= 0)
        {
            // The position, and not the character, which may be part of another secret.
            yield return $"{setting} has something other than printable ASCII in place {foreign + 1}, such as an invisible character that was copied with it. "
                + "Remove it, for example by typing the value by hand.";
        }
    }

    private IEnumerable<string> CredentialPair(string? id, string? secret)
    {
        string setting = keys[nameof(SpotifyClientCredentialsOptions.ClientId)];
        if (id?.Contains(':') == true)
        {
            yield return $"{setting} contains a colon, which Basic authentication doesn't allow. Set it to the client id alone.";
        }

        if (!string.IsNullOrWhiteSpace(id) && id == secret)
        {
            yield return $"{setting} and {keys[nameof(SpotifyClientCredentialsOptions.ClientSecret)]} are the same. "
                + "Set the one to the client id and the other to the client secret.";
        }
    }

    // No message shows the address: user information and query may contain secrets.
    private IEnumerable<string> Address(string property, Uri? address, bool requireHttps)
    {
        string setting = keys[property];
        if (address is null || !address.IsAbsoluteUri)
        {
            yield return $"{setting} isn't an absolute address. Set it to one that starts with https://.";
            yield break;
        }

        bool isHttp = address.Scheme == Uri.UriSchemeHttp;
        if (address.Scheme != Uri.UriSchemeHttps && !(isHttp && (!requireHttps || IsLoopback(address))))
        {
            yield return $"{setting} {(isHttp ? "starts with http://" : "doesn't start with https://")}. "
                + "Use https, so that secrets don't cross the network in clear text. http is allowed on loopback and, if "
                + $"{keys[nameof(SpotifyClientCredentialsOptions.RequireHttps)]} is false, for test servers.";
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            yield return $"{setting} contains user information, a query or a fragment. Set it to scheme, host, port and path alone.";
        }
    }

    // Names that end in .localhost are this machine's by RFC 6761, section 6.3.
    private static bool IsLoopback(Uri address) => address.IsLoopback || address.IdnHost.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> Time(string property, TimeSpan time) => FindFault(time) is { } fault ? [$"{keys[property]} {fault}"] : [];
}

/// <summary>Reports everything that is invalid in how one app shares its token: setting, reason and remedy.</summary>
internal sealed class SharingValidator(string appName) : IValidateOptions<SpotifyClientCredentialsOptions>
{
    public ValidateOptionsResult Validate(string? name, SpotifyClientCredentialsOptions options)
    {
        if (name != appName)
        {
            return ValidateOptionsResult.Skip;
        }

        TokenSharingOptions sharing = options.Sharing!;
        List<string> failures = [];
        if (sharing.Cache is null)
        {
            failures.Add($"{Setting(nameof(sharing.Cache))} is missing, and no IDistributedCache is registered, so that ShareToken() has no store. "
                + "Add one that all instances can reach, for example services.AddStackExchangeRedisCache(…), or services.AddDistributedMemoryCache() for one process.");
        }

        if (OptionsValidator.FindFault(sharing.StoreTimeout) is { } fault)
        {
            failures.Add($"{Setting(nameof(sharing.StoreTimeout))} {fault}");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private string Setting(string property) =>
        $"{nameof(TokenSharingOptions)}.{property}" + (appName.Length == 0 ? "" : $" of the app \"{appName}\"");
}
