using Microsoft.Playwright;
using SpotifyClientCredentials.Tests.Readme;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The Chromium of this machine. Playwright's own download is neither needed nor used.</summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome.exe"];

    private static readonly string? Executable = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
        .SelectMany(directory => Names.Select(name => Path.Combine(directory, name))).FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Null where there is one.</summary>
    public static string? WhyMissing { get; } = Executable is null
        ? $"No browser: none of {string.Join(", ", Names)} is on the PATH. On Debian: apt-get install chromium."
        : null;

    public async Task InitializeAsync()
    {
        if (Executable is null)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Executable,
            Args = ["--no-sandbox", "--disable-dev-shm-usage"], // root has no sandbox, and a container little shared memory
            Timeout = (float)SampleStart.HangLimit.TotalMilliseconds,
        });
        Assertions.SetDefaultExpectTimeout((float)SampleStart.HangLimit.TotalMilliseconds);
    }

    public async Task DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? ValueTask.CompletedTask);
        _playwright?.Dispose();
    }

    internal async Task<CatalogPage> OpenAsync(WebProcess web, View? view = null)
    {
        view ??= View.Light;
        IPage page = await _browser!.NewPageAsync(new BrowserNewPageOptions
        {
            ColorScheme = view.Scheme,
            ViewportSize = new ViewportSize { Width = view.Width, Height = 900 },
            ReducedMotion = view.Motion,
        });
        page.SetDefaultTimeout((float)SampleStart.HangLimit.TotalMilliseconds);
        CatalogPage catalog = new(page);
        await page.GotoAsync(web.Address.AbsoluteUri);
        await catalog.Expect("#outcome").ToHaveTextAsync("10 tracks for “the”");
        await catalog.Expect("#life").ToContainTextAsync("Valid for");
        return catalog;
    }
}

[CollectionDefinition(nameof(Browser))]
public sealed class OneBrowser : ICollectionFixture<Browser>;

/// <summary>How the browser shows the page.</summary>
internal sealed record View(string Name, ColorScheme Scheme, int Width, ReducedMotion Motion = ReducedMotion.NoPreference)
{
    public static View Light { get; } = new("light", ColorScheme.Light, 1280);

    public static View Dark { get; } = new("dark", ColorScheme.Dark, 1280);

    public static View Phone { get; } = new("phone", ColorScheme.Light, 320);

    public static View DarkPhone { get; } = new("phone-dark", ColorScheme.Dark, 320);

    public static View Calm { get; } = new("calm", ColorScheme.Light, 1280, ReducedMotion.Reduce);

    public static string ScreenshotPath(string name) => Path.Combine(Repository.Root, "artifacts", "screenshots", name + ".png");
}
