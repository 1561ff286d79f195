using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Configure;

/// <summary>The settings of one app: how they're bound, and how messages name them, by configuration key if they're bound and else by property.</summary>
internal sealed class ConfigurationKeys(string appName)
{
    private static readonly Dictionary<string, Func<string, bool>> Parsers = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SpotifyClientCredentialsOptions.TokenEndpoint)] = value => Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _),
        [nameof(SpotifyClientCredentialsOptions.ApiBaseAddress)] = value => Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _),
        [nameof(SpotifyClientCredentialsOptions.RenewalWindow)] = value => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _),
        [nameof(SpotifyClientCredentialsOptions.TokenRequestTimeout)] = value => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _),
    };

    public string AppName { get; } = appName;

    /// <summary>The path of the bound configuration section, empty for the root; null if settings are set in code only.</summary>
    public string? SectionPath { get; set; }

    public string Credentials => $"{this[nameof(SpotifyClientCredentialsOptions.ClientId)]} and {this[nameof(SpotifyClientCredentialsOptions.ClientSecret)]}";

    public string this[string property] => (SectionPath, AppName) switch
    {
        ({ } path, _) => KeyOf(path, property),
        (null, "") => $"{nameof(SpotifyClientCredentialsOptions)}.{property}",
        (null, string app) => $"{nameof(SpotifyClientCredentialsOptions)}.{property} of the app \"{app}\"",
    };

    /// <summary>Binds a section, and leaves values that can't be parsed for validation to report.</summary>
    // The binder alone stops at the first such value, and its exception quotes it: a secret, if two settings were mixed up.
    public static void Bind(IConfiguration section, SpotifyClientCredentialsOptions options)
    {
        IConfigurationSection[] settings = [.. section.GetChildren()];
        IConfigurationSection[] invalid = [.. settings.Where(setting => !CanParse(setting))];
        IConfiguration valid = invalid.Length == 0 ? section : new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Except(invalid).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        valid.Bind(options);
        options.UnparsedSettings =
            [.. options.UnparsedSettings, .. invalid.Select(setting => Parsers.Keys.First(name => name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)))];
    }

    /// <summary>The environment variable that sets the property, to be put behind its name; empty if nothing is bound.</summary>
    public string EnvironmentVariable(string property) => SectionPath is { } path
        ? $" (environment variable {KeyOf(path, property).Replace(":", "__", StringComparison.Ordinal)})"
        : "";

    private static bool CanParse(IConfigurationSection setting) =>
        setting.Value is null || !Parsers.TryGetValue(setting.Key, out Func<string, bool>? canParse) || canParse(setting.Value);

    private static string KeyOf(string path, string property) => path.Length == 0 ? property : $"{path}:{property}";
}
