using System.Globalization;
using Microsoft.Playwright;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>The page of the web sample, opened.</summary>
internal sealed class CatalogPage : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    public CatalogPage(IPage page)
    {
        Page = page;
        page.PageError += (_, error) => _complaints.Add(error);
        page.Console += (_, message) =>
        {
            // A failed call is logged by the browser itself, and some tests make calls fail.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
    }

    public IPage Page { get; }

    /// <summary>What the browser complained of: errors of the script, and what the Content-Security-Policy forbade.</summary>
    public IReadOnlyList<string> Complaints => _complaints;

    public ILocatorAssertions Expect(string selector) => Assertions.Expect(Page.Locator(selector));

    public async Task<int> ReadNumberAsync(string selector) =>
        int.Parse(await Page.Locator(selector).InnerTextAsync(), CultureInfo.InvariantCulture);

    public Task ClickAsync(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();

    public Task StopCallingAsync() => Page.GetByRole(AriaRole.Switch, new() { Name = "Keep calling" }).UncheckAsync();

    /// <summary>Keeps a picture of the whole page among the artifacts.</summary>
    public Task TakeScreenshotAsync(string name) =>
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = View.ScreenshotPath(name), FullPage = true });

    public async ValueTask DisposeAsync() => await Page.CloseAsync();
}
