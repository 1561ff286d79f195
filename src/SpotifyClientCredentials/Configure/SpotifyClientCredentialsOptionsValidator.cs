using Microsoft.Extensions.Options;

namespace SpotifyClientCredentials.Configure;

/// <summary>Reports everything that is wrong with one app's options at once: the setting, what is wrong, what to do; never a secret.</summary>
internal sealed class SpotifyClientCredentialsOptionsValidator(ConfigurationKeys names) : IValidateOptions<SpotifyClientCredentialsOptions>
{
    private static readonly TimeSpan LongestTime = TimeSpan.FromHours(1);

    public ValidateOptionsResult Validate(string? name, SpotifyClientCredentialsOptions options)
    {
        if (name != names.AppName)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [.. options.UnreadableSettings.Select(Unreadable)];
        failures.AddRange(Credential(nameof(options.ClientId), options.ClientId));
        failures.AddRange(Credential(nameof(options.ClientSecret), options.ClientSecret));
        failures.AddRange(CredentialPair(options.ClientId, options.ClientSecret));
        failures.AddRange(Address(nameof(options.TokenEndpoint), options.TokenEndpoint));
        failures.AddRange(Address(nameof(options.ApiBaseAddress), options.ApiBaseAddress));
        failures.AddRange(Time(nameof(options.RenewalWindow), options.RenewalWindow));
        failures.AddRange(Time(nameof(options.TokenRequestTimeout), options.TokenRequestTimeout));
        if (options.MaxRetryAttempts is < 0 or > 10)
        {
            failures.Add($"{names[nameof(options.MaxRetryAttempts)]} is {options.MaxRetryAttempts}. Set it to a number from 0 (no retry) to 10.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    /// <returns>What is wrong with a time, to follow the name of its setting; or null.</returns>
    public static string? FaultIn(TimeSpan time) => time <= TimeSpan.Zero || time > LongestTime
        ? $"is {time:c}. Set it to a time above zero and of at most one hour, "
            + "written as hours:minutes:seconds (\"00:05:00\"); a plain number such as \"300\" is read as days."
        : null;

    // Without the value: where two settings were mixed up, it is a secret.
    private string Unreadable(string property) => $"{names[property]} cannot be read. " + property switch
    {
        nameof(SpotifyClientCredentialsOptions.MaxRetryAttempts) => "Set it to a whole number.",
        nameof(SpotifyClientCredentialsOptions.TokenEndpoint) or nameof(SpotifyClientCredentialsOptions.ApiBaseAddress) =>
            "Set it to an absolute address that begins with https://.",
        _ => "Set it to a time, written as hours:minutes:seconds (\"00:05:00\").",
    };

    private IEnumerable<string> Credential(string property, string? value)
    {
        string setting = names[property];
        if (string.IsNullOrWhiteSpace(value))
        {
            yield return $"{setting} is missing{names.EnvironmentVariable(property)}. "
                + "Set it to the value on the app's page in the Spotify developer dashboard, https://developer.spotify.com/dashboard.";
            yield break;
        }

        if (char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1]))
        {
            yield return $"{setting} begins or ends with white space. Remove it.";
        }

        if (value[0] is '"' or '\'' || value[^1] is '"' or '\'')
        {
            yield return $"{setting} begins or ends with a quotation mark. Remove the quotation marks.";
        }

        if (value.Trim().Any(char.IsControl))
        {
            yield return $"{setting} contains a control character. Copy the value again.";
        }
    }

    private IEnumerable<string> CredentialPair(string? id, string? secret)
    {
        string setting = names[nameof(SpotifyClientCredentialsOptions.ClientId)];
        if (id?.Contains(':') == true)
        {
            yield return $"{setting} contains a colon, which Basic authentication cannot express. Set it to the client id alone.";
        }

        if (!string.IsNullOrWhiteSpace(id) && id == secret)
        {
            yield return $"{setting} and {names[nameof(SpotifyClientCredentialsOptions.ClientSecret)]} are the same. "
                + "Copy the client id into the one and the client secret into the other.";
        }
    }

    // No message shows the address: user-info and query are where people put secrets.
    private IEnumerable<string> Address(string property, Uri? address)
    {
        string setting = names[property];
        if (address is null || !address.IsAbsoluteUri)
        {
            yield return $"{setting} is no absolute address. Set it to one that begins with https://.";
            yield break;
        }

        if (address.Scheme != Uri.UriSchemeHttps && !(address.Scheme == Uri.UriSchemeHttp && address.IsLoopback))
        {
            yield return $"{setting} begins with {address.Scheme}:. Use https (http is allowed on loopback only), or secrets would cross the network in clear text.";
        }

        if (address.UserInfo.Length > 0 || address.Query.Length > 0 || address.Fragment.Length > 0)
        {
            yield return $"{setting} contains user information, a query or a fragment. Set it to scheme, host, port and path alone.";
        }
    }

    private IEnumerable<string> Time(string property, TimeSpan time)
    {
        if (FaultIn(time) is { } fault)
        {
            yield return $"{names[property]} {fault}";
        }
    }
}
