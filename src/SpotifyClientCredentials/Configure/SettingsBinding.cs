using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace SpotifyClientCredentials.Configure;

/// <summary>Binds a configuration section to options, and keeps which of its values cannot be read for validation to report.</summary>
// The binder alone stops at the first such value, and its exception quotes it: a secret, where two settings were mixed up.
internal static class SettingsBinding
{
    private static readonly Dictionary<string, Func<string, bool>> Readers = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(SpotifyClientCredentialsOptions.TokenEndpoint)] = value => Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _),
        [nameof(SpotifyClientCredentialsOptions.ApiBaseAddress)] = value => Uri.TryCreate(value, UriKind.RelativeOrAbsolute, out _),
        [nameof(SpotifyClientCredentialsOptions.RenewalWindow)] = value => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _),
        [nameof(SpotifyClientCredentialsOptions.TokenRequestTimeout)] = value => TimeSpan.TryParse(value, CultureInfo.InvariantCulture, out _),
        [nameof(SpotifyClientCredentialsOptions.MaxRetryAttempts)] = value => int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out _),
    };

    public static void BindTo(this IConfiguration section, SpotifyClientCredentialsOptions options)
    {
        IConfigurationSection[] settings = [.. section.GetChildren()];
        IConfigurationSection[] unreadable = [.. settings.Where(setting => !IsReadable(setting))];
        IConfiguration readable = unreadable.Length == 0 ? section : new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Except(unreadable).Select(setting => KeyValuePair.Create(setting.Key, setting.Value)))
            .Build();
        readable.Bind(options);
        options.UnreadableSettings = [.. options.UnreadableSettings, .. unreadable.Select(setting => Readers.Keys.First(name => name.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)))];
    }

    private static bool IsReadable(IConfigurationSection setting) =>
        setting.Value is null || !Readers.TryGetValue(setting.Key, out Func<string, bool>? canRead) || canRead(setting.Value);
}
