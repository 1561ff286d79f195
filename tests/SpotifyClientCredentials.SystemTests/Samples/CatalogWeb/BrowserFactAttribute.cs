using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>A test that drives a browser. Skipped where there is none, with the reason in its name, since runners seldom print it elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute([CallerMemberName] string test = "")
    {
        Skip = Browser.WhyMissing;
        DisplayName = Skip is null ? null : $"{test}: {Skip}";
    }
}
