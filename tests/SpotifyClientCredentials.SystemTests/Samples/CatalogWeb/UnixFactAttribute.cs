namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>A test that sends a signal.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Windows has no signal that would end a process as Ctrl+C does.";
        }
    }
}
