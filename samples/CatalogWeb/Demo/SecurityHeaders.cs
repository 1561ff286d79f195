namespace CatalogWeb.Demo;

internal static class SecurityHeaders
{
    /// <summary>Restricts the page to its own script and style, and to covers from Spotify's image servers or from the fake, if used.</summary>
    public static void UseSecurityHeaders(this IApplicationBuilder app, Uri? fake)
    {
        string covers = fake?.GetLeftPart(UriPartial.Authority) ?? "https://*.scdn.co https://*.spotifycdn.com";
        string policy = $"default-src 'none'; script-src 'self'; style-src 'self'; img-src data: {covers}; connect-src 'self'; "
            + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        app.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = policy;
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
    }
}
