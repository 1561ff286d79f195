using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;

namespace SpotifyClientCredentials.SystemTests.Samples.CatalogWeb;

/// <summary>What axe-core finds, and what is kept as pictures, in each view.</summary>
[Collection(nameof(Browser))]
public sealed class WebAccessibilityTests(Browser browser)
{
    private static readonly View[] Views = [View.Light, View.Dark, View.Phone, View.DarkPhone];

    [BrowserFact]
    public async Task Page_InEachStateAndView_FitsItsWidthAndHasNoViolation()
    {
        // All views of one app, because its token takes a while to run out.
        await using WebProcess web = await WebProcess.StartAsync(tokenLifetime: "00:00:20");
        Dictionary<string, CatalogPage> pages = [];
        try
        {
            foreach (View view in Views)
            {
                pages[view.Name] = await browser.OpenAsync(web, view);
            }

            foreach ((string view, CatalogPage page) in pages)
            {
                await page.Page.WaitForFunctionAsync("() => document.querySelectorAll('.strip .succeeded').length >= 8");
                await ExamineAsync(page, view);
            }

            CatalogPage first = pages[View.Light.Name];
            await first.ClickAsync("Take the token endpoint down");
            await first.Expect("#endpoint").ToHaveTextAsync("Bring the token endpoint up");
            await first.ClickAsync("Revoke the token");
            foreach ((string view, CatalogPage page) in pages)
            {
                await page.Expect("#endpoint").ToHaveTextAsync("Bring the token endpoint up");
                await page.Expect("#life").ToHaveTextAsync("No token");
                await page.Expect("#failed-calls").ToHaveClassAsync("failed");
                await page.ClickAsync("Search");
                await page.Expect("#outcome").ToHaveClassAsync("failed");
                await ExamineAsync(page, $"{view}-no-token");
            }
        }
        finally
        {
            foreach (CatalogPage page in pages.Values)
            {
                await page.DisposeAsync();
            }
        }
    }

    private static async Task ExamineAsync(CatalogPage page, string name)
    {
        int width = await page.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
        Assert.True(width == page.Page.ViewportSize!.Width, $"{name} is {width} pixels wide");
        AxeResult result = await page.Page.RunAxe();

        Assert.Empty(result.Violations.Select(violation => $"{name}: {violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}"));
        Assert.NotEmpty(result.Passes);
        await page.TakeScreenshotAsync(name);
    }
}
