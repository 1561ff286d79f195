using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Configure;

/// <summary>The settings of one app: how they're bound, and how messages name them, by configuration key if they're bound and else by property.</summary>
internal sealed class ConfigurationKeys(string appName)
{
    public string AppName { get; } = appName;

    /// <summary>The path of the bound configuration section, empty for the root; null if settings are set in code only.</summary>
    public string? SectionPath { get; set; }

    public string this[string property] => (SectionPath, AppName) switch
    {
        ({ } path, _) => KeyOf(path, property),
        (null, "") => $"{nameof(SpotifyClientCredentialsOptions)}.{property}",
        (null, string app) => $"{nameof(SpotifyClientCredentialsOptions)}.{property} of the app \"{app}\"",
    };

    /// <summary>Sets what a section contains: an empty value and null leave the default, and a value that can't be parsed is left for validation to report.</summary>
    // The configuration binder stops at the first value that it can't parse and quotes it: a secret, if two settings were mixed up. It also sets
    // null for an empty address, and each of its versions does something else with null.
    public static void Bind(IConfiguration section, SpotifyClientCredentialsOptions options)
    {
        List<string> unparsed = [.. options.UnparsedSettings];
        Set(nameof(options.ClientId), value => options.ClientId = value);
        Set(nameof(options.ClientSecret), value => options.ClientSecret = value);
        Set(nameof(options.TokenEndpoint), value => options.TokenEndpoint = new Uri(value, UriKind.RelativeOrAbsolute));
        Set(nameof(options.ApiBaseAddress), value => options.ApiBaseAddress = new Uri(value, UriKind.RelativeOrAbsolute));
        Set(nameof(options.RenewalWindow), value => options.RenewalWindow = TimeSpan.Parse(value, CultureInfo.InvariantCulture));
        Set(nameof(options.TokenRequestTimeout), value => options.TokenRequestTimeout = TimeSpan.Parse(value, CultureInfo.InvariantCulture));
        Set(nameof(options.RequireHttps), value => options.RequireHttps = bool.Parse(value));
        options.UnparsedSettings = unparsed;

        void Set(string property, Action<string> set)
        {
            try
            {
                if (section[property] is { Length: > 0 } value)
                {
                    set(value);
                }
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                unparsed.Add(property);
            }
        }
    }

    /// <summary>A copy of valid options that names these keys in messages.</summary>
    public OptionsSnapshot Snapshot(SpotifyClientCredentialsOptions options) =>
        new(options, AppName, $"{this[nameof(options.ClientId)]} and {this[nameof(options.ClientSecret)]}") { TokenEndpointKey = this[nameof(options.TokenEndpoint)] };

    /// <summary>The environment variable that sets the property, to be put behind its name; empty if nothing is bound.</summary>
    public string EnvironmentVariable(string property) => SectionPath is { } path
        ? $" (environment variable {KeyOf(path, property).Replace(":", "__", StringComparison.Ordinal)})"
        : "";

    private static string KeyOf(string path, string property) => path.Length == 0 ? property : $"{path}:{property}";
}
