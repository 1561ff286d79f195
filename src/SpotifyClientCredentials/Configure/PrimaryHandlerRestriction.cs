using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;

namespace SpotifyClientCredentials.Configure;

/// <summary>Takes from a primary handler all that it does besides sending one request and reading one answer.</summary>
internal static class PrimaryHandlerRestriction
{
    /// <exception cref="InvalidOperationException">The handler is in use elsewhere, and does more.</exception>
    public static void Apply(HttpMessageHandler primary, IServiceProvider services)
    {
        while (primary is DelegatingHandler { InnerHandler: { } inner })
        {
            primary = inner;
        }

        try
        {
            Restrict(primary);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidOperationException(
                "Another client has used the primary handler of TokenClient already, so that it can no longer be kept from following redirects and "
                + "the like. Give TokenClient a handler of its own.", e);
        }

        KeepMetrics(primary, services.GetService<IMeterFactory>());
    }

    private static void Restrict(HttpMessageHandler primary)
    {
        switch (primary)
        {
            case SocketsHttpHandler sockets:
                Set(sockets.AllowAutoRedirect, false, value => sockets.AllowAutoRedirect = value);
                Set(sockets.UseCookies, false, value => sockets.UseCookies = value);
                Set(sockets.AutomaticDecompression, DecompressionMethods.None, value => sockets.AutomaticDecompression = value);
                Set(sockets.MaxResponseDrainSize, 0, value => sockets.MaxResponseDrainSize = value);
                break;

            // Has no limit to what it drains of an answer that was not read to its end: up to a megabyte.
            case HttpClientHandler client:
                Set(client.AllowAutoRedirect, false, value => client.AllowAutoRedirect = value);
                Set(client.UseCookies, false, value => client.UseCookies = value);
                Set(client.AutomaticDecompression, DecompressionMethods.None, value => client.AutomaticDecompression = value);
                break;
        }
    }

    // Only where it differs: a handler that has been used refuses to be set, even to what it is.
    private static void Set<T>(T current, T wanted, Action<T> set)
    {
        if (!EqualityComparer<T>.Default.Equals(current, wanted))
        {
            set(wanted);
        }
    }

    // .NET gives the primary handler its meters after this, but not where it finds a handler of ours in front.
    private static void KeepMetrics(HttpMessageHandler primary, IMeterFactory? meters)
    {
        try
        {
            if (primary is SocketsHttpHandler { MeterFactory: null } sockets)
            {
                sockets.MeterFactory = meters;
            }
            else if (primary is HttpClientHandler { MeterFactory: null } client)
            {
                client.MeterFactory = meters;
            }
        }
        catch (InvalidOperationException)
        {
            // In use already: it keeps the meters that it has.
        }
    }
}
