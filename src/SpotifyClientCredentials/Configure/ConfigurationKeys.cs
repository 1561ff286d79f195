
namespace SpotifyClientCredentials.Configure;

/// <summary>How messages name a setting: by its configuration key where it is bound to one, otherwise by its property.</summary>
internal sealed class ConfigurationKeys(string appName)
{
    public string AppName { get; } = appName;

    /// <summary>The app in logs, where an empty name would look like a mistake.</summary>
    public string ShownName => AppName.Length == 0 ? "(unnamed)" : AppName;

    /// <summary>The path of the bound configuration section, empty for the root; null where settings come from code only.</summary>
    public string? SectionPath { get; set; }

    public string this[string property] => (SectionPath, AppName) switch
    {
        ({ } path, _) => KeyOf(path, property),
        (null, "") => $"{nameof(SpotifyClientCredentialsOptions)}.{property}",
        (null, string app) => $"{nameof(SpotifyClientCredentialsOptions)}.{property} of the app \"{app}\"",
    };

    /// <summary>The environment variable that sets the property, to be put behind its name; empty where nothing is bound.</summary>
    public string EnvironmentVariable(string property) => SectionPath is { } path
        ? $" (environment variable {KeyOf(path, property).Replace(":", "__", StringComparison.Ordinal)})"
        : "";

    private static string KeyOf(string path, string property) => path.Length == 0 ? property : $"{path}:{property}";
}
