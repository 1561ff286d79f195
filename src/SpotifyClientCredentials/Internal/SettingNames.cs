namespace SpotifyClientCredentials.Internal;

/// <summary>How messages name a setting: by its configuration key where it is bound to one, otherwise by its property.</summary>
internal sealed class SettingNames(string appName)
{
    public string AppName { get; } = appName;

    /// <summary>The path of the bound configuration section; null where settings come from code only.</summary>
    public string? SectionPath { get; set; }

    public string this[string property] => (SectionPath, AppName) switch
    {
        ({ Length: > 0 } path, _) => $"{path}:{property}",
        (_, "") => $"{nameof(SpotifyClientCredentialsOptions)}.{property}",
        (_, string app) => $"{nameof(SpotifyClientCredentialsOptions)}.{property} of the app \"{app}\"",
    };

    /// <summary>The environment variable that sets the property, to be put behind its name; empty where nothing is bound.</summary>
    public string EnvironmentVariable(string property) =>
        SectionPath is { Length: > 0 } path ? $" (environment variable {path.Replace(":", "__", StringComparison.Ordinal)}__{property})" : "";
}
