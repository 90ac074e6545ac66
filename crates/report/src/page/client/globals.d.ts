// The vendored chart library is a script that runs before the page's own.
declare const uPlot: any;
